import {
  type AgentPresence,
  type ClientToRelay,
  type Cursor,
  type ErrorFrame,
  type Event,
  type EventSubmission,
  mintId,
  type RelayToClient,
} from '@websocket-channel/protocol';
import { ClientError } from './errors.ts';
import { createEmitter } from './events.ts';
import { createExchange, type Exchange, type ExchangeControl } from './exchange.ts';
import type { ConversationState, EndedTurn, Message, RunningTurn } from './message.ts';
import { emptyOutbox, type OutboxInput, stepOutbox } from './outbox.ts';
import { addOwn, applyFrame, emptyConversation, markOwn } from './timeline.ts';

/** What an event carries beside its content. */
export type SendOptions = Partial<
  Pick<
    EventSubmission,
    'id' | 'kind' | 'target' | 'sender' | 'attachments' | 'replyTo' | 'thread' | 'traceparent' | 'ext'
  >
>;

/** Frames that concern a conversation, by their type. */
export type ConversationEvents = {
  [Type in 'event' | 'reply' | 'turn' | 'signal' | 'attached' | 'ack' | 'receipt' | 'error']: Extract<
    RelayToClient,
    { type: Type }
  >;
};

/** A conversation with the agent, kept in step with the relay's log. */
export interface Conversation {
  /** `undefined` until the relay has told the name of the participant's own conversation. */
  readonly name: string | undefined;
  /** The agent; `undefined` until the relay has told. */
  readonly agent: AgentPresence | undefined;
  /** What was said, as an immutable snapshot. */
  readonly messages: readonly Message[];
  /** Turns that have not ended. */
  readonly turns: readonly RunningTurn[];
  /** The turn that ended last. */
  readonly lastTurn: EndedTurn | undefined;
  /** What the last attachment recovered: `truncated` and `reset` tell that earlier frames may be missing. */
  readonly recovered: ConversationState['recovered'];
  /**
   * Sends an event: at once, or as soon as there is a connection.
   *
   * @throws {@link ClientError} `outbox_full` when too many events wait, `invalid` for an id that is no legal one.
   */
  send(content: string, options?: SendOptions): Exchange;
  /** Asks the agent to stop a turn, or every running one. */
  cancel(turn?: string): void;
  /** Tells the others whether the participant is typing. Lost without a connection. */
  typing(active: boolean): void;
  /** Adds a listener that is called after any change of the above, once per task. @returns Removes it. */
  subscribe(listener: () => void): () => void;
  /** Adds a listener for the frames of one type. @returns Removes it. */
  on<Type extends keyof ConversationEvents>(
    type: Type,
    listener: (frame: ConversationEvents[Type]) => void,
  ): () => void;
}

/** What a conversation needs of its client. */
export interface ConversationHost {
  readonly source: string | undefined;
  readonly outboxLimit: number;
  readonly replay: 'all' | 'none';
  /** Longest frame that the relay takes, in UTF-8 bytes. */
  readonly frameBytes: number;
  /** @returns Whether it went out. */
  write(frame: ClientToRelay): boolean;
}

/** The side of a conversation that the client drives. */
export interface ConversationControl {
  readonly conversation: Conversation;
  name: string | undefined;
  /** Where to go on; it has to be written, so that it is answered. */
  cursor(): Cursor;
  /** Asks for the frames after the cursor, unless that was asked already. */
  attach(): void;
  /** The relay answers no attachment, since the conversation has no name. */
  attached(reset: boolean): void;
  take(frame: RelayToClient): void;
  /** The connection is gone. */
  lose(): void;
  /** The client was closed: nothing waits any longer. */
  close(): void;
}

const legalId = /^[\w-]{1,64}$/;

/** Makes a conversation that waits to be attached. */
export function createConversation(
  host: ConversationHost,
  givenName: string | undefined,
): ConversationControl {
  let state = emptyConversation;
  let outbox = emptyOutbox;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let attaching = false;
  let scheduled = false;
  const emitter = createEmitter<ConversationEvents & { change: undefined }>();
  /** Exchanges whose turn has not ended, with the events that the relay would need again if it lost its log. */
  const open = new Map<string, ExchangeControl & { event: EventSubmission }>();
  const cancels = new Set<string>();

  const control: ConversationControl = {
    name: givenName,
    cursor,
    attach,
    attached,
    take,
    lose() {
      attaching = false;
      step({ type: 'lost' });
    },
    close() {
      for (const id of open.keys()) fail(id, new ClientError('closed', 'The client was closed'));
    },
    conversation: {
      get name() {
        return control.name;
      },
      get agent() {
        return state.agent;
      },
      get messages() {
        return state.messages;
      },
      get turns() {
        return state.turns;
      },
      get lastTurn() {
        return state.lastTurn;
      },
      get recovered() {
        return state.recovered;
      },
      send,
      cancel(turn) {
        if (writeCancel(turn)) return;
        for (const { id } of state.turns) if (turn === undefined || turn === id) cancels.add(id);
      },
      typing(active) {
        if (control.name !== undefined)
          host.write({ type: 'signal', kind: 'typing', conversation: control.name, active });
      },
      subscribe: (listener) => emitter.on('change', listener),
      on: emitter.on,
    },
  };
  return control;

  function cursor(): Cursor {
    attaching = true;
    const { epoch, seq } = state;
    const conversation = control.name!;
    if (epoch !== undefined) return { conversation, epoch, seq };
    return host.replay === 'all' ? { conversation, seq: 0 } : { conversation };
  }

  function send(content: string, { id = mintId(), ...options }: SendOptions = {}): Exchange {
    if (!legalId.test(id)) throw new ClientError('invalid', `The id has to match ${legalId.source}`);
    if (open.has(id)) throw new ClientError('conflict', 'The id was used before');
    if (outbox.events.length >= host.outboxLimit) {
      throw new ClientError('outbox_full', `${host.outboxLimit} events wait already`, { retryable: true });
    }
    const event: EventSubmission = { type: 'event', id, content, timestamp: Date.now(), ...options };
    const exchange = createExchange(
      id,
      () => state.messages.find((message) => message.id === id && message.own)?.state ?? 'answered',
    );
    open.set(id, { ...exchange, event });
    update(addOwn(state, event));
    step({ type: 'add', event });
    return exchange.exchange;
  }

  function take(frame: RelayToClient): void {
    const before = state;
    const {
      state: next,
      reattach,
      chunk,
    } = applyFrame(state, frame, { source: host.source, now: Date.now() });
    update(next);
    switch (frame.type) {
      case 'attached':
        attached(frame.recovered === 'reset');
        break;
      case 'ack':
        open.get(frame.id)?.accept(frame);
        settle([frame.id]);
        break;
      case 'error':
        refused(frame);
        break;
      case 'event':
        if (frame.id !== undefined) settle([frame.id]);
        break;
      case 'reply':
        if (next === before) break;
        for (const [id, exchange] of open) {
          if (exchange.turn === frame.turn ? frame.turn !== undefined : frame.events?.includes(id))
            exchange.answer(frame, chunk);
        }
        break;
      case 'turn':
        settle(frame.events);
        for (const id of frame.events) answered(id, frame.id);
    }
    if (reattach) attach();
    emitter.emit(frame.type as 'event', frame as Event);
  }

  function attach(): void {
    if (!attaching) host.write({ type: 'attach', ...cursor() });
  }

  function attached(reset: boolean): void {
    attaching = false;
    const stored = [...open.values()].map(({ event }) => event);
    const lost = stored.filter(({ id }) => !outbox.events.some((event) => event.id === id));
    if (reset) step({ type: 'restore', events: lost });
    step({ type: 'attached' });
    for (const turn of cancels) writeCancel(turn);
    cancels.clear();
  }

  /** These events are with the relay. */
  function settle(ids: readonly string[]): void {
    for (const id of ids) {
      open.get(id)?.accept({});
      step({ type: 'settled', id });
    }
  }

  function answered(id: string, turn: string): void {
    const exchange = open.get(id);
    if (exchange === undefined) return;
    exchange.turn = turn;
    if (state.lastTurn?.id !== turn) return;
    open.delete(id);
    exchange.end(state.lastTurn);
  }

  function refused({ code, message, retryable, retryAfterMs, ref }: ErrorFrame): void {
    if (retryable && ref !== undefined) {
      update(markOwn(state, [ref], 'queued', { code, message, retrying: true }));
      return step({ type: 'refused', id: ref, retryAfterMs });
    }
    const error = new ClientError(code, message, { retryable });
    // Without a `ref` it is the attachment that is refused, and nothing can be sent.
    for (const id of ref === undefined && attaching ? [...open.keys()] : [ref]) {
      if (id !== undefined) fail(id, error);
    }
  }

  function fail(id: string, error: ClientError): void {
    const exchange = open.get(id);
    if (exchange === undefined) return;
    open.delete(id);
    update(markOwn(state, [id], 'failed', { code: error.code, message: error.message }));
    exchange.fail(error);
    step({ type: 'settled', id });
  }

  function writeCancel(turn: string | undefined): boolean {
    const conversation = control.name;
    return conversation !== undefined && host.write({ type: 'cancel', conversation, ...(turn && { turn }) });
  }

  function writeEvent(event: EventSubmission): void {
    const frame = control.name === undefined ? event : { ...event, conversation: control.name };
    if (new TextEncoder().encode(JSON.stringify(frame)).length > host.frameBytes) {
      fail(event.id, new ClientError('too_large', `The frame is larger than ${host.frameBytes} bytes`));
    } else if (host.write(frame)) update(markOwn(state, [event.id], 'sent'));
  }

  function step(input: OutboxInput): void {
    const [next, effects] = stepOutbox(outbox, input);
    outbox = next;
    if (outbox.status === 'away' || outbox.status === 'idle') clearTimeout(timer);
    for (const effect of effects) {
      if (effect.type === 'timer') {
        clearTimeout(timer);
        timer = setTimeout(() => step({ type: 'timeout' }), effect.ms);
      } else writeEvent(effect.event);
    }
  }

  function update(next: ConversationState): void {
    if (next === state) return;
    state = next;
    if (scheduled) return;
    scheduled = true;
    queueMicrotask(() => {
      scheduled = false;
      emitter.emit('change', undefined);
    });
  }
}
