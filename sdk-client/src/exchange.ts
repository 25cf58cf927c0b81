import type { Ack, Reply } from '@websocket-channel/protocol';
import type { ClientError } from './errors.ts';
import type { Chunk, DeliveryState, EndedTurn } from './message.ts';

/** How the turn that answers an event went. */
export interface Outcome extends Pick<EndedTurn, 'outcome' | 'error'> {
  /** Contents of all `block` and `final` replies, joined by blank lines. */
  readonly text: string;
}

/**
 * An event and what answers it. Iterating yields the pieces of the replies, from the first one on, until the turn has
 * ended; it throws a {@link ClientError} where the event is refused.
 */
export interface Exchange extends AsyncIterable<Chunk> {
  /** Id of the event. */
  readonly id: string;
  readonly state: DeliveryState;
  /** Settles when the relay has stored the event. @throws {@link ClientError} where it refuses it. */
  readonly accepted: Promise<Accepted>;
  /** Settles when the turn has ended, however it went. @throws {@link ClientError} where the event is refused. */
  readonly ended: Promise<Outcome>;
}

/** Where the relay stored an event; both are absent where the relay proves it otherwise, such as by a reply. */
export type Accepted = Partial<Pick<Ack, 'epoch' | 'seq'>>;

/** The side of an exchange that the conversation drives. */
export interface ExchangeControl {
  readonly exchange: Exchange;
  /** The turn that answers the event, once known. */
  turn: string | undefined;
  accept(position: Accepted): void;
  /** A reply, and what of it is new. */
  answer(reply: Reply, chunk: Chunk | undefined): void;
  end(turn: EndedTurn): void;
  fail(error: ClientError): void;
}

/** Makes an exchange that waits for its answers. */
export function createExchange(id: string, state: () => DeliveryState): ExchangeControl {
  const accepted = Promise.withResolvers<Accepted>();
  const ended = Promise.withResolvers<Outcome>();
  for (const { promise } of [accepted, ended]) promise.catch(() => {});
  const chunks: Chunk[] = [];
  const texts: string[] = [];
  let changed = Promise.withResolvers<void>();
  let over = false;

  function notify(last = false): void {
    over ||= last;
    changed.resolve();
    changed = Promise.withResolvers();
  }

  return {
    exchange: {
      id,
      get state() {
        return state();
      },
      accepted: accepted.promise,
      ended: ended.promise,
      async *[Symbol.asyncIterator]() {
        for (let next = 0; ; ) {
          if (next < chunks.length) yield chunks[next++]!;
          else if (over) return void (await ended.promise);
          else await changed.promise;
        }
      },
    },
    turn: undefined,
    accept: accepted.resolve,
    answer({ kind, content }, chunk) {
      if (kind === 'block' || kind === 'final') texts.push(content);
      if (chunk === undefined) return;
      chunks.push(chunk);
      notify();
    },
    end({ outcome, error }) {
      accepted.resolve({});
      ended.resolve({ outcome, text: texts.join('\n\n'), ...(error && { error }) });
      notify(true);
    },
    fail(error) {
      accepted.reject(error);
      ended.reject(error);
      notify(true);
    },
  };
}
