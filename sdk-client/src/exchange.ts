import type { Ack, Reply } from '@websocket-channel/protocol';
import type { ClientError } from './errors.ts';
import type { Chunk, DeliveryState, EndedTurn, Message } from './message.ts';

/** How the turn that answers an event went. */
export interface Outcome extends Pick<EndedTurn, 'outcome' | 'error'> {
  /** Contents of all `block` and `final` replies, joined by blank lines. */
  readonly text: string;
}

/** Where the relay stored an event; nothing, where it proves so otherwise, such as by an answer. */
export type Accepted = Partial<Pick<Ack, 'epoch' | 'seq'>>;

/**
 * An event and what answers it. Iterating yields the pieces of the replies, from the first one on, until the turn has
 * ended; it throws what {@link Exchange.ended} rejects with.
 */
export interface Exchange extends AsyncIterable<Chunk> {
  /** Id of the event. */
  readonly id: string;
  readonly state: DeliveryState;
  /** Settles when the relay has stored the event; rejects with a {@link ClientError} where it refuses it. */
  readonly accepted: Promise<Accepted>;
  /**
   * Settles when the turn has ended, however it went; an edit, a deletion or a reaction starts none. Rejects with a {@link ClientError} where the event is refused, or `truncated`
   * where the relay no longer keeps all that answers it.
   */
  readonly ended: Promise<Outcome>;
}

/** The side of an exchange that the conversation drives. */
export interface ExchangeControl {
  readonly exchange: Exchange;
  accept(where: Accepted): void;
  answer(chunk: Chunk): void;
  end(outcome: Outcome): void;
  fail(error: ClientError): void;
}

/** Makes an exchange that waits for its answers. Nobody has to look at its promises. */
export function createExchange(id: string, state: () => DeliveryState): ExchangeControl {
  const accepted = Promise.withResolvers<Accepted>();
  const ended = Promise.withResolvers<Outcome>();
  const chunks: Chunk[] = [];
  let changed = Promise.withResolvers<void>();
  accepted.promise.catch(() => {});
  ended.promise.catch(() => {});

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
          else if (await Promise.race([changed.promise, ended.promise])) return;
        }
      },
    },
    accept: accepted.resolve,
    answer(chunk) {
      chunks.push(chunk);
      changed.resolve();
      changed = Promise.withResolvers();
    },
    end: ended.resolve,
    fail(error) {
      accepted.reject(error);
      ended.reject(error);
    },
  };
}

/** What a reply added to what was known of it: nothing, the rest, or another text. */
export function chunkOf({ kind }: Reply, known = '', after: Message | undefined): Chunk | undefined {
  if (!after || after.content === known) return undefined;
  const { id, content } = after;
  const replace = !content.startsWith(known);
  return { id, kind, text: replace ? content : content.slice(known.length), replace };
}
