import {
  type ClientToRelay,
  type ErrorFrame,
  type Event,
  type EventSubmission,
  mintId,
  type RelayToClient,
  type Reply,
} from '@websocket-channel/protocol';
import type {
  ConversationControl,
  ConversationEvents,
  ConversationFrame,
  ConversationHost,
  LogPosition,
  Loose,
  SendOptions,
} from './conversation.ts';
import { ClientError } from './errors.ts';
import { createEmitter } from './events.ts';
import { type Accepted, chunkOf, createExchange, type Exchange, type ExchangeControl } from './exchange.ts';
import type { ConversationState, DeliveryState, Failure, Message } from './message.ts';
import { emptyOutbox, type OutboxInput, retryMs, stepOutbox } from './outbox.ts';
import {
  addOwn,
  addPast,
  applyFrame,
  type Context,
  emptyConversation,
  findMessage,
  markOwn,
} from './timeline.ts';

/** Makes a conversation that waits to be attached. */
export function createConversation(
  host: ConversationHost,
  givenName: string | undefined,
  cursor: LogPosition | undefined,
): ConversationControl {
  let state: ConversationState = { ...emptyConversation, ...cursor };
  let outbox = emptyOutbox;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let scheduled = false;
  const emitter = createEmitter<ConversationEvents & { change: undefined }>();
  /** Exchanges whose turn has not ended, with what the relay would need again if it lost its log. */
  const open = new Map<string, ExchangeControl & { event: EventSubmission; turn?: string }>();
  const feed =
    host.outbox?.open(host.url, givenName ?? '', {
      step,
      mark,
      drop,
      show: (event) => void (open.has(event.id) || show(event, findMessage(state, 'event', event.id))),
      identity,
    }) ?? step;

  const control: ConversationControl = {
    name: givenName,
    cursor() {
      update({ ...state, attaching: true });
      const { epoch, seq } = state;
      return { conversation: control.name!, epoch, seq: epoch || host.past ? seq : undefined };
    },
    attach() {
      if (!state.attaching && host.online && control.name)
        host.write({ type: 'attach', ...control.cursor() });
    },
    take,
    lose() {
      clearTimeout(timer);
      update({ ...state, attaching: false });
      feed({ type: 'lost' });
    },
    close() {
      // What is kept elsewhere has not failed.
      for (const id of open.keys()) (host.outbox ? drop : fail)(id, new ClientError('closed', 'Closed'));
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
      get cursor() {
        const { epoch, seq } = state;
        return epoch ? { epoch, seq } : undefined;
      },
      send,
      cancel: (turn) => write({ type: 'cancel', turn }),
      typing(active) {
        if (host.welcome?.capabilities?.includes('signal')) write({ type: 'signal', kind: 'typing', active });
      },
      write,
      addPast: (frames) => update(addPast(state, frames, context())),
      subscribe: (listener) => emitter.on('change', listener),
      on: emitter.on,
    },
  };
  return control;

  function send(content: string, { id = mintId(), ...options }: SendOptions = {}): Exchange {
    if (!/^[\w-]{1,64}$/.test(id) || open.has(id))
      throw new ClientError('invalid', `No new, legal id: ${id}`);
    if (outbox.events.length >= host.outboxLimit) {
      throw new ClientError('outbox_full', `${host.outboxLimit} events wait already`, true);
    }
    const event: EventSubmission = { type: 'event', id, content, timestamp: Date.now(), ...options };
    const exchange = show(event);
    feed({ type: 'add', event });
    // It may have been refused before; who sends asks again.
    if (!state.agent) control.attach();
    return exchange;
  }

  function show(event: EventSubmission, known?: Message): Exchange {
    const { id } = event;
    const exchange = createExchange(id, () => findMessage(state, 'event', id)?.state ?? 'answered');
    open.set(id, { ...exchange, event });
    if (!known) update(addOwn(state, event));
    return exchange.exchange;
  }

  function write(frame: Loose<ConversationFrame>): boolean {
    return !!control.name && host.write({ ...frame, conversation: control.name } as Loose<ClientToRelay>);
  }

  function identity(): string | undefined {
    return host.welcome?.identity.source;
  }

  function context(): Context {
    return { source: identity() ?? host.source, now: Date.now(), past: host.past };
  }

  function take(frame: RelayToClient): void {
    const before = state;
    update(applyFrame(state, frame, context()));
    switch (frame.type) {
      case 'attached':
        feed({
          type: 'attached',
          events: frame.recovered === 'reset' ? [...open.values()].map(({ event }) => event) : undefined,
        });
        break;
      case 'ack':
      case 'event':
        settle(frame.id, frame);
        break;
      case 'reply':
        stream(frame, before);
        break;
      case 'turn':
        for (const id of frame.events) answered(id, frame.id);
        break;
      case 'receipt':
        for (const id of (frame.status === 'expired' && frame.events) || []) {
          fail(id, new ClientError('expired', 'The agent was away'));
        }
        break;
      case 'error':
        refused(frame);
    }
    if (state.attaching && !before.attaching) host.write({ type: 'attach', ...control.cursor() });
    emitter.emit(frame.type as 'event', frame as Event);
  }

  /** The relay has the event. */
  function settle(id: string | undefined, where: Accepted): void {
    open.get(id!)?.accept(where);
    feed({ type: 'settled', id });
  }

  function answered(id: string, turn: string): void {
    settle(id, {});
    const exchange = open.get(id);
    if (!exchange) return;
    exchange.turn = turn;
    if (state.lastTurn?.id !== turn) return;
    const texts = state.messages.filter(
      (message) => message.turn === turn && /^(block|final)$/.test(message.kind),
    );
    const { outcome, error } = state.lastTurn;
    open.delete(id);
    exchange.end({ outcome, error, text: texts.map(({ content }) => content).join('\n\n') });
  }

  /** Hands what a reply added to the exchanges that it answers. */
  function stream(frame: Reply, before: ConversationState): void {
    const chunk = chunkOf(
      frame,
      findMessage(before, 'reply', frame.id),
      findMessage(state, 'reply', frame.id),
    );
    if (!chunk) return;
    for (const [event, exchange] of open) {
      if ((frame.turn && exchange.turn === frame.turn) || frame.events?.includes(event))
        exchange.answer(chunk);
    }
  }

  function refused({
    code,
    message,
    retryable,
    retryAfterMs = retryMs,
    ref,
    conversation,
  }: ErrorFrame): void {
    const error = new ClientError(code, message);
    // Without a `ref` it is the attachment that is refused, and nothing can be sent.
    if (ref === undefined && conversation && state.attaching) {
      if (retryable) timer = setTimeout(attachAnew, retryAfterMs);
      else {
        update({ ...state, attaching: false, agent: undefined });
        for (const id of open.keys()) fail(id, error);
      }
    } else if (!retryable) fail(ref, error);
    else if (open.has(ref!)) {
      mark(ref!, 'queued', { code, message, retrying: true });
      feed({ type: 'refused', id: ref!, retryAfterMs });
    }
  }

  function attachAnew(): void {
    if (!state.attaching) return;
    update({ ...state, attaching: false });
    control.attach();
  }

  function fail(id = '', error: ClientError): void {
    if (!open.has(id)) return;
    mark(id, 'failed', { code: error.code, message: error.message });
    drop(id, error);
    feed({ type: 'settled', id, error });
  }

  /** Ends an exchange that nobody cares for any longer. */
  function drop(id: string, error: ClientError): void {
    open.get(id)?.fail(error);
    open.delete(id);
  }

  function mark(id: string, delivery: DeliveryState, error?: Failure): void {
    update(markOwn(state, [id], delivery, error));
  }

  function submit(event: EventSubmission): void {
    const frame = { ...event, conversation: control.name };
    const most = host.welcome!.limits.frameBytes;
    if (new Blob([JSON.stringify(frame)]).size > most) {
      fail(event.id, new ClientError('too_large', `More than ${most} bytes`));
    } else if (host.write(frame)) mark(event.id, 'sent');
  }

  function step(input: OutboxInput): EventSubmission | undefined {
    const [next, timerMs, event] = stepOutbox(outbox, input);
    if (timerMs !== undefined || next.status !== outbox.status) clearTimeout(timer);
    outbox = next;
    if (timerMs !== undefined) timer = setTimeout(feed, timerMs, { type: 'timeout' });
    if (event) submit(event);
    return event;
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
