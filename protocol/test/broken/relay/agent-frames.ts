import type { AgentToRelay, ReplySubmission, TurnSubmission } from '../../../src/generated/frames.ts';
import { acknowledge } from './client-frames.ts';
import type { Peer } from './peer.ts';
import type { Rooms } from './rooms.ts';

/** Handles what the agent says after its hello. */
export function agentFrame(rooms: Rooms, peer: Peer, frame: AgentToRelay): void {
  const { has } = rooms.options;
  switch (frame.type) {
    case 'reply':
      return say(rooms, peer, frame, frame.kind !== 'delta');
    case 'turn':
      return say(rooms, peer, frame, frame.status === 'ended');
    case 'received': {
      const { conversation: name, events } = frame;
      rooms.received(name, events);
      if (has('R-MAILBOX-6')) return;
      return rooms.known(name)?.fanOut({ type: 'receipt', conversation: name, status: 'delivered', events });
    }
    case 'signal': {
      const conversation = rooms.known(frame.conversation);
      if (conversation === undefined) return peer.refuse('forbidden', { conversation: frame.conversation });
      return conversation.fanOut(has('R-SIGNAL-1') ? { ...frame } : { ...frame, source: peer.source });
    }
  }
}

function say(rooms: Rooms, peer: Peer, frame: ReplySubmission | TurnSubmission, durable: boolean): void {
  const { has } = rooms.options;
  const { conversation: name, id } = frame;
  const conversation = has('R-REPLY-2') ? rooms.conversation(name) : rooms.known(name);
  if (conversation === undefined) return peer.refuse('forbidden', { ref: id, conversation: name });
  const stamped = { ...frame, source: peer.source };
  if (!durable) return conversation.fanOut(stamped);
  const outcome = conversation.append(stamped);
  if (!has('R-ACK-4')) acknowledge(peer, conversation, id, outcome);
  if (outcome !== 'conflict' && outcome.stored !== undefined) conversation.fanOut(outcome.stored);
}
