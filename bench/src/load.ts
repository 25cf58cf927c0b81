/** Opened connections that can be put to work, again and again. */
export interface Load {
  /**
   * Works for a while, then waits until nothing is under way.
   *
   * @throws Error when anything was lost, doubled, altered or out of order.
   */
  work(durationMs: number): Promise<Work>;
  close(): void;
}

/** What was done in one go. */
export interface Work {
  /** Round trips or deltas. */
  readonly messages: number;
  readonly wallMs: number;
  /** Of each round trip, in milliseconds. */
  readonly latencies: readonly number[];
}

const patienceMs = 10_000;

/** Counts what is done and notices when nothing moves any more. */
export interface Progress {
  done(messages: number): void;
  /** Whether new work may start. */
  readonly open: boolean;
  /** Nothing is under way any more. */
  finish(): void;
  readonly finished: Promise<Omit<Work, 'latencies'>>;
}

/** @param missing Says what has not come back, for the error message. */
export function startProgress(durationMs: number, missing: () => string): Progress {
  const start = performance.now();
  let messages = 0;
  let seen = -1;
  const { promise, resolve, reject } = Promise.withResolvers<Omit<Work, 'latencies'>>();
  const watch = setInterval(() => {
    if (seen === messages) reject(new Error(`Nothing has moved for ${patienceMs / 1000} s: ${missing()}`));
    seen = messages;
  }, patienceMs);
  return {
    done: (count) => {
      messages += count;
    },
    get open() {
      return performance.now() - start < durationMs;
    },
    finish: () => resolve({ messages, wallMs: performance.now() - start }),
    finished: promise.finally(() => clearInterval(watch)),
  };
}

/** The name of the n-th conversation. */
export const conversationName = (n: number): string => String(n).padStart(8, '0');
