import type { Ack, Attached, Event, Receipt, RelayToClient, Reply, Turn } from '@websocket-channel/protocol';
import type { Chunk, ConversationState, DeliveryState, Failure, Message } from './message.ts';

/** What applying a frame led to. */
export interface Applied {
  readonly state: ConversationState;
  /** Whether frames are missing: the conversation has to be attached anew from its cursor. */
  readonly reattach?: boolean;
  /** What a reply added. */
  readonly chunk?: Chunk;
}

/** What the reducer cannot know from frames. */
export interface Context {
  /** The participant's own source. */
  readonly source: string | undefined;
  /** Milliseconds since 1970-01-01 UTC, for replies without a timestamp. */
  readonly now: number;
}

/** A conversation of which nothing is known yet. */
export const emptyConversation: ConversationState = {
  messages: [],
  turns: [],
  seq: 0,
  loose: false,
  ahead: [],
  holes: [],
};

/**
 * What a conversation is after a frame: pure. A durable frame counts once and in the order of `seq`; repeats change
 * nothing, and a gap changes nothing but asks to attach anew.
 */
export function applyFrame(state: ConversationState, frame: RelayToClient, context: Context): Applied {
  switch (frame.type) {
    case 'attached':
      return { state: attach(state, frame) };
    case 'ack':
      return { state: acknowledge(state, frame) };
    case 'receipt':
      return { state: applyReceipt(state, frame) };
    case 'signal':
      return { state: frame.agent === undefined ? state : { ...state, agent: frame.agent } };
    case 'event':
    case 'reply':
    case 'turn':
      return frame.seq === undefined ? apply(state, frame, context) : applyDurable(state, frame, context);
    default:
      return { state };
  }
}

/** Adds an own event that waits in the outbox. */
export const addOwn = (
  state: ConversationState,
  { type: _, conversation: _name, ...event }: Omit<Event, 'source'>,
): ConversationState => ({
  ...state,
  messages: place(state.messages, {
    kind: 'message',
    ...event,
    id: event.id!,
    role: 'participant',
    own: true,
    streaming: false,
    state: 'queued',
  }),
});

/** Notes where an own event is on its way; it never goes back, except to `queued`. */
export const markOwn = (
  state: ConversationState,
  ids: readonly string[],
  delivery: DeliveryState,
  error?: Failure,
): ConversationState =>
  change(
    state,
    (message) =>
      message.state !== undefined &&
      ids.includes(message.id) &&
      (error !== undefined || order.indexOf(message.state) < order.indexOf(delivery)),
    ({ error: _, ...message }) => ({ ...message, state: delivery, ...(error && { error }) }),
  );

const order: readonly DeliveryState[] = ['queued', 'sent', 'accepted', 'delivered', 'answered', 'failed'];

function attach(state: ConversationState, { epoch, seq, recovered, agent }: Attached): ConversationState {
  const { gapAt: _, ...rest } = state;
  return {
    ...(recovered === 'reset' || state.epoch === undefined ? rest : state),
    ...(agent && { agent }),
    ...(recovered === 'reset' && { seq: 0, turns: [], ahead: [] }),
    recovered,
    epoch,
    loose: recovered !== 'complete' || (state.loose && seq > 0),
  };
}

function acknowledge(state: ConversationState, { id, epoch, seq }: Ack): ConversationState {
  const marked = markOwn(state, [id], 'accepted');
  if (epoch !== state.epoch) return marked;
  const own = marked.messages.find((message) => message.id === id && message.own);
  return advance({
    ...marked,
    ...(own && { messages: place(marked.messages, { ...own, seq }) }),
    ahead: [...marked.ahead, seq],
  });
}

/** Moves the cursor over own events that are known by their `ack`. */
function advance(state: ConversationState): ConversationState {
  let { seq } = state;
  while (state.ahead.includes(seq + 1)) seq++;
  return { ...state, seq, ahead: state.ahead.filter((known) => known > seq) };
}

function applyReceipt(state: ConversationState, { status, events = [] }: Receipt): ConversationState {
  if (status === 'delivered') return markOwn(state, events, 'delivered');
  if (status !== 'expired') return state;
  return markOwn(state, events, 'failed', { code: 'expired', message: 'The agent was away for too long' });
}

type Durable = Event | Reply | Turn;

function applyDurable(state: ConversationState, frame: Durable, context: Context): Applied {
  const { epoch = state.epoch, seq = 0 } = frame;
  const foreign = epoch !== state.epoch && state.epoch !== undefined;
  if (foreign || (seq > state.seq + 1 && !state.loose)) {
    if (state.gapAt !== state.seq) return { state: { ...state, gapAt: state.seq }, reattach: true };
    if (foreign || state.recovered === undefined) return { state };
    // The relay itself has the gap: say so, and go on.
    return applyDurable({ ...state, loose: true, recovered: 'truncated' }, frame, context);
  }
  if (seq <= state.seq) return { state };
  const { state: next, ...rest } = apply(state, frame, context);
  return { ...rest, state: advance({ ...next, seq, loose: false }) };
}

function apply(state: ConversationState, frame: Durable, context: Context): Applied {
  switch (frame.type) {
    case 'turn':
      return { state: applyTurn(state, frame) };
    case 'event':
      return { state: applyEvent(state, frame, context) };
    case 'reply':
      return frame.kind === 'delta' ? applyDelta(state, frame, context) : applyReply(state, frame, context);
  }
}

function applyTurn(
  state: ConversationState,
  { id, status, events, outcome, error }: Turn,
): ConversationState {
  const running = state.turns.find((turn) => turn.id === id);
  if (status !== 'ended') {
    if (state.lastTurn?.id === id) return state;
    const turn = { id, status, events: [...new Set([...(running?.events ?? []), ...events])] };
    const turns = running
      ? state.turns.map((other) => (other === running ? turn : other))
      : [...state.turns, turn];
    return markOwn({ ...state, turns }, events, 'delivered');
  }
  const ended = { id, events, outcome: outcome ?? 'completed', ...(error && { error }) };
  const cutOff = ended.outcome === 'aborted' || ended.outcome === 'failed';
  return {
    ...state,
    lastTurn: ended,
    turns: state.turns.filter((turn) => turn !== running),
    messages: state.messages.flatMap((message): Message[] => {
      if (message.role === 'participant' && events.includes(message.id)) {
        const delivery = ended.outcome === 'failed' ? 'failed' : 'answered';
        return [
          {
            ...message,
            ...(message.own && { state: delivery }),
            turn: id,
            outcome: ended.outcome,
            ...(error && { error }),
          },
        ];
      }
      if (!message.streaming || message.turn !== id) return [message];
      // What no durable reply superseded is kept only where the turn was cut off.
      return cutOff ? [{ ...message, streaming: false, outcome: ended.outcome }] : [];
    }),
  };
}

function applyEvent(state: ConversationState, frame: Event, { source, now }: Context): ConversationState {
  const { type: _, conversation: _name, epoch: _epoch, id = `at-${frame.seq ?? now}`, ...rest } = frame;
  const target = retarget(state, frame);
  if (target) return target;
  const known = state.messages.find((message) => message.id === id && message.role === 'participant');
  const own = frame.source === source || known?.own === true;
  const placed = place(state.messages, {
    kind: 'message',
    ...known,
    ...rest,
    id,
    role: 'participant',
    own,
    streaming: false,
    ...(own && { state: known?.state ?? 'accepted' }),
  });
  return markOwn({ ...state, messages: placed }, [id], 'accepted');
}

function applyReply(state: ConversationState, frame: Reply, { now }: Context): Applied {
  const target = retarget(state, frame);
  if (target) return { state: target };
  const id = frame.id ?? `at-${frame.seq ?? now}`;
  const draft = state.messages.find((message) => message.id === id && message.role === 'agent');
  const next = {
    ...state,
    messages: place(state.messages, replyMessage(frame, id, frame.content, draft?.timestamp ?? now)),
    holes: state.holes.filter((hole) => hole !== id),
  };
  const chunk = chunkOf(frame, id, draft?.content ?? '');
  return { state: next, ...(chunk && { chunk }) };
}

function applyDelta(state: ConversationState, frame: Reply, { now }: Context): Applied {
  const { id, index, count = 1, replace, content } = frame;
  if (id === undefined) return { state };
  const draft = state.messages.find((message) => message.id === id && message.role === 'agent');
  if (draft && !draft.streaming && (draft.seq !== undefined || draft.outcome !== undefined)) return { state };
  const known = draft?.chunks ?? 0;
  const first = index ?? known;
  if (!replace && first !== known) {
    if (first + count <= known || state.holes.includes(id)) return { state };
    return { state: { ...state, holes: [...state.holes, id] }, reattach: true };
  }
  const before = draft?.content ?? '';
  const text = replace ? content : before + content;
  const message: Message = {
    ...draft,
    ...replyMessage(frame, id, text, draft?.timestamp ?? now),
    streaming: true,
    chunks: first + count,
  };
  const chunk = replace
    ? chunkOf(frame, id, before)
    : { id, kind: frame.kind, text: content, replace: false };
  const next = {
    ...state,
    messages: place(state.messages, message),
    holes: state.holes.filter((hole) => hole !== id),
  };
  return { state: next, ...(chunk && { chunk }) };
}

function replyMessage(frame: Reply, id: string, content: string, now: number): Message {
  const { type: _, conversation: _name, epoch: _epoch, events: _events, index: _index, ...rest } = frame;
  const { count: _count, replace: _replace, timestamp = now, ...members } = rest;
  return { ...members, id, content, timestamp, role: 'agent', own: false, streaming: false };
}

/** What has to be added to the text that is known, or the whole text where it is another. */
function chunkOf({ kind, content }: Reply, id: string, known: string): Chunk | undefined {
  if (content === known) return undefined;
  return content.startsWith(known)
    ? { id, kind, text: content.slice(known.length), replace: false }
    : { id, kind, text: content, replace: true };
}

/** Edits, deletes and reactions change another message; nothing, where it is not kept. */
function retarget(state: ConversationState, frame: Event | Reply): ConversationState | undefined {
  const { kind, target, source, content } = frame;
  if (kind !== 'edit' && kind !== 'delete' && kind !== 'reaction') return undefined;
  const role = frame.type === 'event' ? 'participant' : 'agent';
  return change(
    state,
    (message) =>
      message.id === target &&
      (kind === 'reaction' || (message.role === role && (message.own || message.source === source))),
    (message) => {
      if (kind === 'edit') return { ...message, content, edited: true };
      if (kind === 'delete') return { ...message, content: '', deleted: true };
      return {
        ...message,
        reactions: [...(message.reactions ?? []), { ...(source && { source }), content }],
      };
    },
  );
}

const change = (
  state: ConversationState,
  matches: (message: Message) => boolean,
  update: (message: Message) => Message,
): ConversationState =>
  state.messages.some(matches)
    ? { ...state, messages: state.messages.map((message) => (matches(message) ? update(message) : message)) }
    : state;

/** Puts a message where it belongs, in place of what has its id. */
function place(messages: readonly Message[], message: Message): readonly Message[] {
  const at = messages.findLastIndex(({ id, role }) => id === message.id && role === message.role);
  if (at >= 0 && messages[at]!.seq === message.seq) return messages.with(at, message);
  const others = at < 0 ? messages : messages.toSpliced(at, 1);
  const { seq } = message;
  const after =
    seq === undefined
      ? others.length - 1
      : others.findLastIndex((other) => other.seq !== undefined && other.seq < seq);
  return others.toSpliced(after + 1, 0, message);
}
