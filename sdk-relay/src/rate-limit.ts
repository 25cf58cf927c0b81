/** How many frames a participant may send. */
export interface Rate {
  /** Frames at once. */
  readonly burst: number;
  /** In how many milliseconds as many are earned again. */
  readonly perMs: number;
}

/**
 * Limits frames per key by the generic cell rate algorithm: one number per key says when its allowance is full again.
 * It answers at once and sets no timers, so that the frames of a connection keep their order.
 */
export class RateLimit {
  readonly #perMs: number;
  readonly #intervalMs: number;
  /** When the allowance of a key is full again, in milliseconds. */
  readonly #fullAt = new Map<string, number>();

  constructor({ burst, perMs }: Rate) {
    this.#perMs = perMs;
    this.#intervalMs = perMs / burst;
  }

  /** How many keys have spent something. */
  get size(): number {
    return this.#fullAt.size;
  }

  /** Spends one frame. @returns How long to wait for the next allowance, in milliseconds; 0 if the frame may pass. */
  spend(key: string, now: number): number {
    const fullAt = Math.max(this.#fullAt.get(key) ?? 0, now);
    const excess = fullAt + this.#intervalMs - now - this.#perMs;
    if (excess > 1e-6) return Math.ceil(excess);
    this.#fullAt.set(key, fullAt + this.#intervalMs);
    return 0;
  }

  /** Forgets the keys whose allowance is full. */
  sweep(now: number): void {
    for (const [key, fullAt] of this.#fullAt) if (fullAt <= now) this.#fullAt.delete(key);
  }
}
