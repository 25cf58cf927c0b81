import type { ClientToRelay, Cursor, EventSubmission } from '../../../src/generated/frames.ts';
import type { Conversation } from './conversation.ts';
import type { Frame, Peer } from './peer.ts';
import type { Rooms } from './rooms.ts';

/** Handles what a client says after its hello. */
export function clientFrame(rooms: Rooms, peer: Peer, frame: ClientToRelay): void {
  const { has } = rooms.options;
  switch (frame.type) {
    case 'attach':
      return attach(rooms, peer, frame);
    case 'detach':
      if (!has('R-ATTACH-6')) rooms.own(peer, frame.conversation)?.readers.delete(peer);
      return;
    case 'event':
      return event(rooms, peer, frame);
    case 'cancel':
      if (rooms.agent !== undefined) {
        return rooms.agent.send({ ...frame, ...(!has('R-CANCEL-1') && { source: peer.source }) });
      }
      return has('R-CANCEL-3')
        ? undefined
        : peer.refuse('agent_offline', { conversation: frame.conversation });
    case 'signal':
      return rooms.own(peer, frame.conversation)?.fanOut({ ...frame, source: peer.source }, peer);
    case 'receipt':
      return rooms.own(peer, frame.conversation)?.fanOut({ ...frame, source: peer.source }, peer);
    case 'history': {
      const conversation = rooms.own(peer, frame.conversation);
      if (conversation === undefined) return;
      const page = conversation.history(frame.before ?? Number.MAX_SAFE_INTEGER, frame.limit ?? 200);
      return peer.send({
        type: 'history',
        conversation: conversation.name,
        epoch: conversation.epoch,
        ...page,
      });
    }
  }
}

/** Attaches a conversation, if it is open to the participant. */
export function attach(rooms: Rooms, peer: Peer, cursor: Cursor): void {
  const { has } = rooms.options;
  const { conversation: name } = cursor;
  if (!rooms.isOpen(peer, name) && !has('R-ATTACH-7')) {
    return has('R-ATTACH-2') ? undefined : peer.refuse('forbidden', { conversation: name });
  }
  rooms.conversation(name).attach(peer, cursor, rooms.presence(peer));
}

function event(rooms: Rooms, peer: Peer, frame: EventSubmission): void {
  const { has } = rooms.options;
  const { id, conversation: name = peer.source } = frame;
  if (!rooms.isOpen(peer, name) && !has('R-EVENT-5'))
    return peer.refuse('forbidden', { ref: id, conversation: name });
  if (!has('R-EVENT-8') && !rooms.mayWrite(peer.source)) {
    return peer.refuse('rate_limited', { ref: id, retryAfterMs: 1000 });
  }
  if (rooms.isFull() && !has('R-MAILBOX-5')) return peer.refuse('mailbox_full', { ref: id });
  const conversation = rooms.conversation(name);
  if (has('R-ACK-1')) {
    setTimeout(() => deliver(rooms, peer, conversation, frame), 100);
    const seq = conversation.log.length + 1;
    return peer.send({
      type: 'ack',
      id,
      conversation: name,
      epoch: conversation.epoch,
      seq,
      status: 'accepted',
    });
  }
  deliver(rooms, peer, conversation, frame);
}

function deliver(rooms: Rooms, peer: Peer, conversation: Conversation, frame: EventSubmission): void {
  const { has } = rooms.options;
  const { attachments, ...rest } = frame;
  const source = has('R-EVENT-1') ? (frame.source ?? peer.source) : peer.source;
  const stamped: Frame = { ...(has('R-EVENT-2') ? rest : frame), source };
  const outcome = conversation.append(stamped);
  if (!has('R-ACK-1')) acknowledge(peer, conversation, frame.id, outcome);
  if (outcome === 'conflict' || outcome.stored === undefined) return;
  conversation.fanOut(outcome.stored);
  rooms.post(outcome.stored);
}

/** Answers a durable frame with what became of it. */
export function acknowledge(
  peer: Peer,
  { name, epoch }: Conversation,
  id: string,
  outcome: ReturnType<Conversation['append']>,
): void {
  if (outcome === 'conflict') return peer.refuse('conflict', { ref: id });
  const status = outcome.stored === undefined ? 'duplicate' : 'accepted';
  peer.send({ type: 'ack', id, conversation: name, epoch, seq: outcome.seq, status });
}
