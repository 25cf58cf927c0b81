import type { Connection } from './connection.ts';
import type { Receipt } from './conversation.ts';

/** Answers the sender of a durable frame. */
export function answer(connection: Connection, conversation: string, id: string, receipt: Receipt): void {
  switch (receipt.status) {
    case 'accepted':
    case 'duplicate': {
      const { status, epoch, seq } = receipt;
      return connection.send({ type: 'ack', id, conversation, epoch, seq, status });
    }
    case 'conflict':
      return connection.refuse('conflict', 'The id was used before, for other content', {
        ref: id,
        conversation,
      });
    case 'mailbox-full':
      return connection.refuse('mailbox_full', 'Too many events wait for the agent', {
        ref: id,
        conversation,
      });
    case 'failed':
      return connection.refuse('unavailable', 'The frame cannot be stored at the moment', {
        ref: id,
        conversation,
      });
  }
}
