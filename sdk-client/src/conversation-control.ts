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
import type { ConversationState, DeliveryState, Failure } from './message.ts';
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
      show: (event) => void (open.has(event.id) || show(event)),
      identity,
      settle,
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
      // What is kept elsewhere, or by the relay, has not failed.
      for (const id of open.keys())
        (host.outbox || findMessage(state, 'event', id)?.seq ? drop : fail)(
          id,
          new ClientError('closed', 'Closed'),
        );
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
    if (!/^[\w-]{1,64}$/.test(id) || open.has(id)) throw new ClientError('invalid', `No new id: ${id}`);
    if (outbox.events.length >= host.outboxLimit) {
      throw new ClientError('outbox_full', `${host.outboxLimit} events wait`, true);
    }
    // What the caller does with its objects later changes nothing, and those of a framework cannot be stored.
    const event: EventSubmission = JSON.parse(
      JSON.stringify({ type: 'event', id, content, timestamp: Date.now(), ...options }),
    );
    const exchange = show(event);
    feed({ type: 'add', event });
    // It may have been refused before; who sends asks again.
    if (!state.agent) control.attach();
    return exchange;
  }

  function show(event: EventSubmission): Exchange {
    const { id } = event;
    const exchange = createExchange(id, () => findMessage(state, 'event', id)?.state ?? 'answered');
    open.set(id, { ...exchange, event });
    // What is in the log stays as it is there.
    if (!findMessage(state, 'event', id)?.seq) update(addOwn(state, event));
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
        // What answers those that the relay stored may be among what it no longer keeps.
        if (frame.recovered === 'truncated') {
          for (const id of open.keys())
            if (findMessage(state, 'event', id)?.seq)
              fail(id, new ClientError(frame.recovered, 'The client was away'));
        }
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
        for (const id of frame.events) {
          const exchange = open.get(id);
          if (exchange) exchange.turn = frame.id;
          settle(id, {});
        }
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

  /** The relay has the event, and the answer too where its turn has ended. */
  function settle(id: string | undefined, where: Accepted): void {
    const exchange = open.get(id!);
    exchange?.accept(where);
    feed({ type: 'settled', id });
    const { turn, outcome, error } = findMessage(state, 'event', id) ?? {};
    if (!exchange || !outcome) return;
    open.delete(id!);
    const texts = state.messages.flatMap((message) =>
      message.turn === turn && /^(block|final)$/.test(message.kind) ? message.content : [],
    );
    exchange.end({ outcome, error, text: texts.join('\n\n') });
  }

  /** Hands what a reply added to the exchanges that it answers. */
  function stream(frame: Reply, before: ConversationState): void {
    const chunk = chunkOf(
      frame,
      findMessage(before, 'reply', frame.id)?.content,
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
      if (retryable) {
        // Away, it leaves the timer alone.
        feed({ type: 'lost' });
        timer = setTimeout(() => host.write({ type: 'attach', ...control.cursor() }), retryAfterMs);
      } else {
        update({ ...state, attaching: false, agent: undefined });
        for (const id of open.keys()) fail(id, error);
      }
    } else if (!retryable) fail(ref, error);
    else if (outbox.events[0]?.id === ref) {
      mark(ref!, 'queued', { code, message, retrying: true });
      feed({ type: 'refused', id: ref!, retryAfterMs });
    }
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
