import { progressKinds } from '../capabilities.ts';
import type { AgentPresence, ClientToRelay, Event, RelayToClient, Reply, Turn } from '../generated/frames.ts';
import { createAttachments } from './attachments.ts';
import { createMemory } from './memory.ts';
import { createPast } from './past.ts';
import type { Session } from './session.ts';
import { createDeliveredStreams, isDelta } from './streams.ts';
import { createSubmissions } from './submissions.ts';
import type { Judge } from './trace.ts';
import { createDeliveredTurns } from './turns.ts';

/** What is to be done with each type of frame that may travel one way. */
export type Rules<F extends { readonly type: string }> = {
  readonly [T in F['type']]: (frame: Extract<F, { readonly type: T }>) => void;
};

const nothing = (): void => {};

/** The rules of a connection between a client and the relay. */
export function createClientConnection(session: Session, judge: Judge) {
  const attachments = createAttachments(judge);
  const submissions = createSubmissions('client', judge);
  const streams = createDeliveredStreams(judge);
  const turns = createDeliveredTurns(judge);
  const past = createPast(judge);
  /** Frames that the relay will answer, with the detachments that it has read before them. */
  const barriers = createMemory<number>();

  const own = (): string => session.welcome?.conversation ?? session.welcome?.identity.source ?? '';
  const of = (frame: Event | Reply | Turn): string => frame.conversation ?? own();
  const barrier = (id: string | undefined): void => {
    if (id !== undefined) barriers.set(id, attachments.detachments());
  };
  const answered = (id: string | undefined): void => {
    const upTo = id === undefined ? undefined : barriers.get(id);
    if (upTo !== undefined) attachments.left(upTo);
  };

  const fromClient: Rules<ClientToRelay> = {
    hello: ({ attach }) => {
      for (const cursor of attach ?? []) attachments.ask(cursor.conversation, cursor);
    },
    event: (frame) => {
      submissions.submit(frame, frame.conversation ?? own());
      barrier(frame.id);
    },
    attach: (frame) => attachments.ask(frame.conversation, frame),
    detach: ({ conversation }) => attachments.detach(conversation),
    history: past.ask,
    auth: session.renew,
    ping: ({ id }) => {
      session.ping('client', id);
      barrier(id);
    },
    pong: ({ id }) => session.pong('client', id),
    error: (frame) => session.error('client', frame),
    signal: () => session.needs('signal', 'client', 'R-SIGNAL-1'),
    receipt: () => session.needs('receipt', 'client', 'R-MAILBOX-6'),
    cancel: nothing,
    bye: nothing,
  };

  function listed(agent: AgentPresence | undefined): void {
    if (agent?.commands !== undefined) session.needs('commands', 'relay', 'R-COMMANDS-1');
  }

  const fromRelay: Rules<RelayToClient> = {
    welcome: () => {
      if (session.hello !== undefined && session.hello.attach === undefined) attachments.ask(own());
    },
    attached: (frame) => {
      listed(frame.agent);
      streams.attached(frame.conversation);
      attachments.attach(frame);
    },
    event: (frame) => {
      attachments.durable(frame, of(frame));
      const { id, source } = frame;
      const identity = session.welcome?.identity.source;
      if (id !== undefined && submissions.has(of(frame), 'event', id) && source !== identity) {
        judge('R-EVENT-1', 'relay', `${id} is from ${identity}, and is delivered as from ${source}`);
      }
    },
    reply: (frame) => {
      if (!isDelta(frame)) {
        attachments.durable(frame, of(frame));
        return streams.durable(frame, of(frame));
      }
      session.needs('stream', 'relay', 'R-STREAM-1');
      streams.delta(frame, of(frame));
      attachments.live('delta', of(frame));
    },
    turn: (frame) => {
      turns(frame, of(frame));
      if (frame.status === 'ended') attachments.durable(frame, of(frame));
      else attachments.live('turn', of(frame));
    },
    signal: ({ conversation, kind, source, agent }) => {
      session.needs('signal', 'relay', 'R-SIGNAL-1');
      if (progressKinds.has(kind)) session.needs('progress', 'relay', 'R-PROGRESS-1');
      listed(agent);
      attachments.aside('signal', conversation);
      if (kind === 'typing' && source === undefined) {
        judge('R-SIGNAL-1', 'relay', '`typing` without a stamped `source`');
      }
    },
    receipt: ({ conversation }) => {
      session.needs('receipt', 'relay', 'R-MAILBOX-6');
      attachments.aside('receipt', conversation);
    },
    ack: (frame) => {
      submissions.ack(frame);
      answered(frame.id);
    },
    history: past.page,
    auth: session.renewed,
    ping: ({ id }) => session.ping('relay', id),
    pong: ({ id }) => {
      session.pong('relay', id);
      answered(id);
    },
    error: (frame) => {
      session.error('relay', frame);
      attachments.refused(frame);
      if (frame.ref === undefined && frame.conversation !== undefined) past.refused(frame.conversation);
      answered(frame.ref);
    },
    bye: nothing,
  };
  return { fromPeer: fromClient, fromRelay };
}
