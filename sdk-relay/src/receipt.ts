import type { Connection } from './connection.ts';
import type { Receipt } from './conversation.ts';
import { Outgoing } from './outgoing.ts';
import { quoted } from './splice.ts';

/** Answers the sender of a durable frame. */
export function answer(connection: Connection, conversation: string, id: string, receipt: Receipt): void {
  switch (receipt.status) {
    case 'accepted':
    case 'duplicate':
      return connection.write(new Outgoing(ackText(conversation, id, receipt)));
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

/** Writes an `ack`: the frame that is sent most, put together from members of which only the conversation may need escapes. */
export const ackText = (
  conversation: string,
  id: string,
  { status, epoch, seq }: Extract<Receipt, { readonly seq: number }>,
): string =>
  `{"type":"ack","id":"${id}","conversation":${quoted(conversation)},"epoch":"${epoch}","seq":${seq},"status":"${status}"}`;
