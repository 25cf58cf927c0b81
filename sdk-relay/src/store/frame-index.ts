import type { Append } from './store.ts';

/** A number by which a frame is found again, most likely without mistaking another for it: 30 bits, which V8 stores as they are. */
export function hashOf(type: Append['type'], id: string): number {
  let hash = 0x811c9dc5 ^ type.charCodeAt(0);
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  return (hash ^ (hash >>> 15)) & 0x3fffffff;
}

const leastPairs = 16;

/**
 * Tells where in a log frames of a hash may be. A table of numbers alone: a `Map` that drops its oldest key with each new
 * one is written anew again and again, reads every key for it, and misses the processor's caches.
 */
export class FrameIndex {
  /** Pairs of a hash plus one and the low bits of a `seq`, each at the first free pair from where the hash points to; 0 is free. */
  #pairs = new Int32Array(2 * leastPairs);
  #taken = 0;
  #newest = 0;

  /** Asks for each `seq` of a hash, in no certain order, until one is answered. */
  find<T>(hash: number, ask: (seq: number) => T | undefined): T | undefined {
    const pairs = this.#pairs;
    const mask = pairs.length - 2;
    for (let at = placeOf(hash) & mask; pairs[at] !== 0; at = (at + 2) & mask) {
      const found = pairs[at] === hash + 1 ? ask(this.#seqOf(pairs[at + 1]!)) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Adds the newest frame of a log; one that was at its place, or after it, was taken back. @param first Frames before it may be forgotten. */
  add(hash: number, seq: number, first: number): void {
    this.#newest = seq;
    if (this.#taken * 8 >= this.#pairs.length * 3) this.#rebuild(first);
    this.#put(hash, seq);
  }

  #put(hash: number, seq: number): void {
    const pairs = this.#pairs;
    const mask = pairs.length - 2;
    let at = placeOf(hash) & mask;
    while (pairs[at] !== 0) at = (at + 2) & mask;
    pairs[at] = hash + 1;
    pairs[at + 1] = seq;
    this.#taken++;
  }

  #seqOf(lowBits: number): number {
    return this.#newest - ((this.#newest - lowBits) >>> 0);
  }

  /** Leaves out what may be forgotten or was taken back, in a table of which half is free at least. */
  #rebuild(first: number): void {
    const old = this.#pairs;
    const isKept = (at: number): boolean => {
      const seq = this.#seqOf(old[at + 1]!);
      return old[at] !== 0 && seq >= first && seq < this.#newest;
    };
    let kept = 0;
    for (let at = 0; at < old.length; at += 2) if (isKept(at)) kept++;
    let pairs = leastPairs;
    while (pairs < kept * 2) pairs *= 2;
    this.#pairs = new Int32Array(2 * pairs);
    this.#taken = 0;
    for (let at = 0; at < old.length; at += 2) if (isKept(at)) this.#put(old[at]! - 1, old[at + 1]!);
  }
}

/** Spreads hashes, whose low bits depend on few bits of the text. */
function placeOf(hash: number): number {
  const product = Math.imul(hash, 0x2c1b_3c6d);
  return (product ^ (product >>> 13)) & ~1;
}
