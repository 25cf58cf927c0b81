/** How long to wait between attempts. */
export interface Backoff {
  /** Upper bound of the first wait in milliseconds. */
  readonly minMs: number;
  /** Upper bound of every wait in milliseconds. */
  readonly maxMs: number;
}

/** 0.5 s doubling up to 30 s. */
export const defaultBackoff: Backoff = { minMs: 500, maxMs: 30_000 };

/**
 * Exponential backoff with full jitter: anything from nothing to the bound, so that a crowd that was cut off together
 * does not come back together.
 *
 * @param attempt Failed attempts so far, from 0.
 * @param random A number in [0, 1).
 * @returns Milliseconds.
 */
export const backoffDelay = (attempt: number, { minMs, maxMs }: Backoff, random: number): number =>
  Math.floor(random * Math.min(maxMs, minMs * 2 ** Math.min(attempt, 30)));
