import { hashOf } from './frame-hash.ts';
import type { Append } from './store.ts';

/** A frame in its place, and what identifies it within its log. */
interface Identified {
  readonly seq: number;
  readonly type: Append['type'];
  readonly id: string;
}

const leastLength = 16;

/**
 * Finds the frames of one log by type and id, in a hash table of numbers: a `Map` that loses its oldest key with each new
 * one is written anew every so often, and reads every key for it.
 */
export class FrameIndex<F extends Identified> {
  readonly #frameAt: (seq: number) => F | undefined;
  /** Pairs of a hash and a `seq`, each the first free one from where the hash points to. A `seq` of 0 is free. */
  #pairs = new Float64Array(leastLength);
  #taken = 0;

  /** @param frameAt Reads the log. What it no longer has is forgotten here by itself. */
  constructor(frameAt: (seq: number) => F | undefined) {
    this.#frameAt = frameAt;
  }

  find(type: Append['type'], id: string): F | undefined {
    const hash = hashOf(type, id);
    const pairs = this.#pairs;
    for (let at = this.#start(hash); pairs[at + 1] !== 0; at = this.#next(at)) {
      if (pairs[at] !== hash) continue;
      const frame = this.#frameAt(pairs[at + 1]!);
      if (frame !== undefined && frame.id === id && frame.type === type) return frame;
    }
    return undefined;
  }

  /** Adds a frame that {@link find} does not find. */
  add({ seq, type, id }: F): void {
    if (this.#taken * 8 >= this.#pairs.length * 3) this.#rebuild();
    this.#put(hashOf(type, id), seq);
  }

  #put(hash: number, seq: number): void {
    const pairs = this.#pairs;
    let at = this.#start(hash);
    while (pairs[at + 1] !== 0) at = this.#next(at);
    pairs[at] = hash;
    pairs[at + 1] = seq;
    this.#taken++;
  }

  /** Leaves out what the log no longer has; at least half of the pairs are free then. */
  #rebuild(): void {
    const kept: number[] = [];
    for (let at = 0; at < this.#pairs.length; at += 2) {
      const [hash, seq] = [this.#pairs[at]!, this.#pairs[at + 1]!];
      if (seq !== 0 && this.#frameAt(seq) !== undefined) kept.push(hash, seq);
    }
    let length = leastLength;
    while (length <= kept.length * 2) length *= 2;
    this.#pairs = new Float64Array(length);
    this.#taken = 0;
    for (let at = 0; at < kept.length; at += 2) this.#put(kept[at]!, kept[at + 1]!);
  }

  /** The length is a power of two. */
  #start(hash: number): number {
    return (hash * 2) & (this.#pairs.length - 1);
  }

  #next(at: number): number {
    return (at + 2) & (this.#pairs.length - 1);
  }
}
