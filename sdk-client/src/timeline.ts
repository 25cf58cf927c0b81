import type { Attached, Event, RelayToClient, Reply, Turn } from '@websocket-channel/protocol';
import type { ConversationState, DeliveryState, Failure, Message } from './message.ts';

/** What the reducer cannot know from frames. */
export interface Context {
  /** The participant's own source. */
  readonly source: string | undefined;
  /** Milliseconds since 1970-01-01 UTC, for replies without a timestamp. */
  readonly now: number;
  /** Whether the past of the conversation is wanted. */
  readonly past: boolean;
}

/** A view that is open for weeks does not grow for ever: the oldest messages leave. */
const mostMessages = 10_000;

/** A conversation of which nothing is known yet. */
export const emptyConversation: ConversationState = {
  messages: [],
  turns: [],
  seq: 0,
  loose: true,
  attaching: false,
  gaps: [],
};

/**
 * What a conversation is after a frame: pure. A durable frame counts once and in the order of `seq`; a repetition
 * changes nothing, and a gap changes nothing but that the conversation has to be attached anew.
 */
export function applyFrame(
  state: ConversationState,
  frame: RelayToClient,
  context: Context,
): ConversationState {
  switch (frame.type) {
    case 'attached':
      return attach(state, frame, context);
    case 'ack':
      return markOwn(state, [frame.id], 'accepted');
    case 'signal':
      return frame.agent ? { ...state, agent: frame.agent } : state;
    case 'event':
    case 'reply':
    case 'turn':
      return inOrder(state, frame, context);
    default:
      return state;
  }
}

/** The message of a type and id. */
export function findMessage(
  { messages }: ConversationState,
  type: Message['type'],
  id: string | undefined,
): Message | undefined {
  // A loop, since a long past is searched for each of its frames, and `findLast` takes four times as long.
  for (let i = messages.length - 1; i >= 0; i--) {
    const message = messages[i]!;
    if (message.id === id && message.type === type) return message;
  }
  return undefined;
}

const order: readonly (DeliveryState | undefined)[] = [
  'queued',
  'sent',
  'accepted',
  'delivered',
  'failed',
  'answered',
];

/** Notes where own events are on their way. None goes back, except because of an error before its turn has ended. */
export const markOwn = (
  state: ConversationState,
  ids: readonly string[],
  delivery: DeliveryState,
  error?: Failure,
): ConversationState =>
  ids.reduce((before, id) => {
    const message = findMessage(before, 'event', id);
    return message?.own &&
      ((error && !message.outcome) || order.indexOf(message.state) < order.indexOf(delivery))
      ? change(before, message, { state: delivery, error })
      : before;
  }, state);

function attach(
  state: ConversationState,
  { epoch, seq, recovered, agent }: Attached,
  { past }: Context,
): ConversationState {
  const complete = recovered === 'complete';
  const next = {
    ...state,
    // Nothing is missing: this answers no cursor of another log.
    epoch: (complete && state.epoch) || epoch,
    // What was missing once does not come back with later frames.
    recovered: (complete && state.recovered) || recovered,
    agent,
    attaching: false,
    loose: !complete,
  };
  if (!state.epoch) return { ...next, seq: past ? 0 : seq };
  if (complete) return next;
  const last = recovered === 'reset' ? 0 : state.seq;
  // What was said stays in view, before all that follows. A reply that is still being streamed is told anew, as is its turn.
  const messages = state.messages.map((message) =>
    message.streaming || message.seq! > last ? { ...message, streaming: false, seq: last } : message,
  );
  return { ...next, messages, seq: last, turns: [] };
}

function inOrder(state: ConversationState, frame: Event | Reply | Turn, context: Context): ConversationState {
  const { seq, epoch = state.epoch } = frame;
  if (seq === undefined) return apply(state, frame, context);
  const foreign = state.epoch && epoch !== state.epoch;
  if (foreign || (seq > state.seq + 1 && !state.loose)) {
    const asked = askAgain(state, state.seq);
    if (asked || foreign || state.attaching) return asked ?? state;
    // The relay's log itself has the gap: say so, and go on.
    return inOrder({ ...state, loose: true, recovered: 'truncated' }, frame, context);
  }
  return seq > state.seq ? { ...apply(state, frame, context), seq, loose: false, gaps: [] } : state;
}

const askAgain = (state: ConversationState, gap: number | string): ConversationState | undefined =>
  state.attaching || state.gaps.includes(gap)
    ? undefined
    : { ...state, attaching: true, gaps: [...state.gaps, gap] };

function apply(state: ConversationState, frame: Event | Reply | Turn, context: Context): ConversationState {
  if (frame.type === 'turn') return applyTurn(state, frame);
  const { type, id, kind, target, content, source } = frame;
  if (kind === 'edit' || kind === 'delete') {
    // While it waited, it was in view by itself.
    const others = {
      ...state,
      messages: state.messages.filter((other) => other.id !== id || other.type !== type),
    };
    const message = findMessage(others, type, target);
    return (message?.source ?? source) === source
      ? change(
          others,
          message,
          kind === 'edit'
            ? {
                content,
                edited: true,
                ...((frame as Reply).actions && { actions: (frame as Reply).actions }),
              }
            : { content: '', deleted: true },
        )
      : others;
  }
  if (frame.type === 'event') return markOwn(put(state, frame, context), [frame.id ?? ''], 'accepted');
  return kind === 'delta' ? applyDelta(state, frame, context) : put(state, frame, context);
}

function applyDelta(state: ConversationState, frame: Reply, context: Context): ConversationState {
  const { id, count = 1, replace, content } = frame;
  const draft = findMessage(state, 'reply', id);
  if (!id || (draft && !draft.chunks)) return state;
  const known = draft?.chunks ?? 0;
  const { index = known } = frame;
  if (index !== known && !replace)
    return (index + count > known && askAgain(state, `${id} ${known}`)) || state;
  return put(state, frame, context, {
    content: replace || !draft ? content : draft.content + content,
    chunks: index + count,
    streaming: true,
  });
}

function applyTurn(
  state: ConversationState,
  { id, status, events, outcome = 'completed', error }: Turn,
): ConversationState {
  const turns = state.turns.filter((turn) => turn.id !== id);
  if (status !== 'ended') {
    if (state.lastTurn?.id === id) return state;
    return markOwn({ ...state, turns: [...turns, { id, status, events }] }, events, 'delivered');
  }
  const failed = outcome === 'failed';
  let next: ConversationState = { ...state, turns, lastTurn: { id, events, outcome, error } };
  for (const event of events) next = change(next, findMessage(next, 'event', event), { turn: id, outcome });
  const messages = next.messages.flatMap((message) => {
    if (!message.chunks || message.turn !== id) return message;
    // What no durable reply superseded is kept only where the turn was cut off.
    return failed || outcome === 'aborted'
      ? { ...message, streaming: false, chunks: undefined, outcome }
      : [];
  });
  return markOwn({ ...next, messages }, events, failed ? 'failed' : 'answered', error);
}

/** Puts what a frame says into the messages, in place of what is known of it. */
function put(
  state: ConversationState,
  frame: Event | Reply,
  { source, now }: Context,
  more?: Partial<Message>,
): ConversationState {
  const { type, id = `at-${frame.seq ?? now}-${state.messages.length}` } = frame;
  const known = findMessage(state, type, id);
  const message = {
    kind: 'message',
    timestamp: now,
    own: type === 'event' && source === frame.source,
    ...known,
    streaming: false,
    chunks: undefined,
    ...(frame as Omit<Event, 'kind'> | Omit<Reply, 'kind' | 'timestamp'>),
    id,
    role: type === 'event' ? 'participant' : 'agent',
    ...more,
  } as const;
  return { ...state, messages: place(state.messages, known, message) };
}

/** Adds frames of the past to the messages. What runs and what follows in the log is untouched. */
export const addPast = (
  state: ConversationState,
  frames: readonly (Event | Reply | Turn)[],
  context: Context,
): ConversationState => ({
  ...state,
  messages: frames.reduce((before, frame) => apply(before, frame, context), state).messages,
});

/** Adds an own event that waits in the outbox. */
export const addOwn = (state: ConversationState, event: Omit<Event, 'source'>): ConversationState =>
  put(state, event as Event, { source: undefined, now: 0, past: true }, { own: true, state: 'queued' });

const change = (
  state: ConversationState,
  message: Message | undefined,
  members: Partial<Message>,
): ConversationState =>
  message ? { ...state, messages: place(state.messages, message, { ...message, ...members }) } : state;

/** Puts a message where it belongs, in place of what is known of it. */
function place(
  messages: readonly Message[],
  known: Message | undefined,
  message: Message,
): readonly Message[] {
  const { seq } = message;
  const at = messages.lastIndexOf(known!);
  if (known && known.seq === seq) return messages.with(at, message);
  const others = known ? messages.toSpliced(at, 1) : messages;
  const after = others.findLastIndex((other) => seq === undefined || other.seq! < seq);
  return others.toSpliced(after + 1, 0, message).slice(-mostMessages);
}
