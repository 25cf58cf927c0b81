import { progressKinds } from '../capabilities.ts';
import type { AgentToRelay, RelayToAgent } from '../generated/frames.ts';
import type { Rules } from './client-connection.ts';
import { createMailbox } from './mailbox.ts';
import type { Session } from './session.ts';
import { createSubmittedStreams, isDelta } from './streams.ts';
import { createSubmissions } from './submissions.ts';
import type { Judge } from './trace.ts';
import { createSubmittedTurns } from './turns.ts';

const nothing = (): void => {};

/** The rules of a connection between an agent and the relay. */
export function createAgentConnection(session: Session, judge: Judge, resumed: boolean) {
  const submissions = createSubmissions('agent', judge);
  const streams = createSubmittedStreams(judge);
  const turns = createSubmittedTurns(judge, resumed);
  const mailbox = createMailbox(judge, resumed);

  const fromAgent: Rules<AgentToRelay> = {
    hello: nothing,
    reply: (frame) => {
      const { id, conversation, turn, events } = frame;
      const repeated = submissions.has(conversation, 'reply', id);
      turns.reply(frame, conversation, repeated && !isDelta(frame));
      if (isDelta(frame)) {
        session.needs('stream', 'agent', 'R-FRAME-10');
        return streams.delta(frame, conversation, resumed || !turns.knows(conversation, turn));
      }
      mailbox.named(events, conversation);
      if (!repeated) streams.durable(frame, conversation);
      submissions.submit(frame, conversation);
    },
    turn: (frame) => {
      const { id, conversation, status, events } = frame;
      mailbox.named(events, conversation);
      turns.turn(frame, conversation, status === 'ended' && submissions.has(conversation, 'turn', id));
      if (status === 'ended') submissions.submit(frame, conversation);
    },
    received: mailbox.received,
    signal: ({ kind }) =>
      session.needs(progressKinds.has(kind) ? 'progress' : 'signal', 'agent', 'R-FRAME-10'),
    auth: session.renew,
    ping: ({ id }) => session.ping('agent', id),
    pong: ({ id }) => session.pong('agent', id),
    error: (frame) => session.error('agent', frame),
    bye: nothing,
  };

  const fromRelay: Rules<RelayToAgent> = {
    welcome: nothing,
    event: (frame) => mailbox.event(frame, frame.conversation ?? frame.source),
    ack: submissions.ack,
    cancel: ({ source }) => {
      if (source === undefined) judge('R-CANCEL-1', 'relay', '`cancel` without a stamped `source`');
    },
    signal: ({ kind, source }) => {
      session.needs('signal', 'relay', 'R-SIGNAL-1');
      if (kind === 'typing' && source === undefined) {
        judge('R-SIGNAL-1', 'relay', '`typing` without a stamped `source`');
      }
    },
    auth: session.renewed,
    ping: ({ id }) => session.ping('relay', id),
    pong: ({ id }) => session.pong('relay', id),
    error: (frame) => session.error('relay', frame),
    bye: nothing,
  };
  return { fromPeer: fromAgent, fromRelay };
}
