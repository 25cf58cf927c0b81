import { randomBytes } from 'node:crypto';
import { FrameIndex, hashOf } from '../frame-index.ts';
import { type Append, type LogState, type Page, type StoredFrame, stamp } from '../store.ts';
import { type Frame, type NewBlock, type SizedFrame, toBlocks } from './block.ts';
import { Contradiction } from './contradiction.ts';
import type { ConversationRow, Tables } from './tables.ts';

/**
 * One conversation's log: its older frames are in blocks of the database, its newer ones in memory. Here nothing is
 * written; what changes here is written by whoever owns the log.
 */
export class SqliteLog {
  readonly id: number;
  readonly name: string;
  readonly epoch: string;
  readonly agent: string;
  first: number;
  last: number;
  /** UTF-16 units of text that are kept; those of a block count until its last frame is given up. */
  size: number;
  /** Position of the newest frame among those of all conversations. */
  used: number;
  /** Whether the relay has the conversation open. */
  inUse = false;
  #tail: SizedFrame[] = [];
  /** The blocks that are kept; read, with the hashes of their frames, when they are needed first. */
  #blocks: { last: number; size: number }[] | undefined;
  readonly #index = new FrameIndex();
  readonly #tables: Tables;

  constructor({ id, name, epoch, agent, first, last, size, used }: ConversationRow, tables: Tables) {
    this.id = id;
    this.name = name;
    this.epoch = epoch;
    this.agent = agent;
    this.first = first;
    this.last = last;
    this.size = size;
    this.used = used;
    this.#tables = tables;
    if (last === 0) this.#blocks = [];
  }

  get state(): LogState {
    return { epoch: this.epoch, agent: this.agent, first: this.first, last: this.last };
  }

  get isEmpty(): boolean {
    return this.first > this.last;
  }

  /** Whether nobody would miss the log. */
  get isForgettable(): boolean {
    return this.isEmpty && !this.inUse;
  }

  /** Its row, as it is before anything was appended. */
  get origin(): ConversationRow {
    const { id, name, epoch, agent, used } = this;
    return { id, name, epoch, agent, first: 1, last: 0, size: 0, used };
  }

  find(type: Append['type'], id: string): StoredFrame | undefined {
    this.#load();
    // Whoever chooses ids of one hash has the log read once, not once for each of them.
    let [oldest, newest] = [Number.POSITIVE_INFINITY, 0];
    this.#index.find(hashOf(type, id), (seq) => {
      if (seq < this.first || seq > this.last) return undefined;
      [oldest, newest] = [Math.min(oldest, seq), Math.max(newest, seq)];
      return undefined;
    });
    if (newest === 0) return undefined;
    for (const frame of this.#forward(oldest)) {
      if (frame.type === type && frame.id === id) return this.#stored(frame);
      if (frame.seq === newest) return undefined;
    }
    return undefined;
  }

  /** Adds a frame. {@link find} was asked before. */
  append(type: Append['type'], id: string, body: string, at: number): SizedFrame {
    const seq = this.last + 1;
    const frame: SizedFrame = { seq, type, id, body, at, size: stamp(body, this.epoch, seq).length };
    this.#load();
    this.#tail.push(frame);
    this.#index.add(hashOf(type, id), seq, this.first);
    this.last = seq;
    this.size += frame.size;
    return frame;
  }

  /** Takes the newest frame back, which could not be stored. */
  undo(): void {
    const frame = this.#tail.pop();
    if (frame === undefined) return;
    this.last--;
    this.size -= frame.size;
  }

  /** Gives up the oldest frames until the log is within its bounds. */
  trim(frames: number, size: number): void {
    this.drop(this.last - frames);
    while (this.size > size && !this.isEmpty) this.drop(this.#blocks?.[0]?.last ?? this.first);
  }

  /** Gives up the frames up to a position. */
  drop(seq: number): void {
    if (seq < this.first) return;
    this.#load();
    this.first = Math.min(seq, this.last) + 1;
    const blocks = this.#blocks!;
    while (blocks.length > 0 && blocks[0]!.last < this.first) this.size -= blocks.shift()!.size;
    while (this.#tail.length > 0 && this.#tail[0]!.seq < this.first) this.size -= this.#tail.shift()!.size;
  }

  /** Position of the newest frame that is in no block and was stored before a time, together with all before it. */
  staleTail(notBefore: number): number {
    let stale = 0;
    for (const { seq, at } of this.#tail) {
      if (at >= notBefore) break;
      stale = seq;
    }
    return stale;
  }

  /** The frames of the tail as blocks. */
  unfolded(): NewBlock[] {
    return toBlocks(this.#tail);
  }

  /** The tail is in these blocks now. */
  folded(blocks: readonly NewBlock[]): void {
    for (const { frames, size } of blocks) this.#blocks?.push({ last: frames.at(-1)!.seq, size });
    this.#tail = [];
  }

  after(seq: number, page: Page): StoredFrame[] {
    return this.#page(this.#forward(Math.max(seq + 1, this.first)), page);
  }

  before(seq: number, page: Page): StoredFrame[] {
    return this.#page(this.#backward(Math.min(seq - 1, this.last)), page).reverse();
  }

  #page(frames: Iterable<Frame>, page: Page): StoredFrame[] {
    const taken: StoredFrame[] = [];
    let size = 0;
    for (const frame of frames) {
      const stored = this.#stored(frame);
      size += stored.text.length;
      if (taken.length > 0 && (size > page.size || taken.length === page.frames)) break;
      taken.push(stored);
    }
    return taken;
  }

  #stored({ seq, body }: Frame): StoredFrame {
    return { seq, text: stamp(body, this.epoch, seq) };
  }

  /** The frames from a position on. @throws {Contradiction} If one is missing. */
  *#forward(from: number): Generator<Frame> {
    let next = from;
    const folded = this.last - this.#tail.length;
    if (next <= folded) {
      for (const frames of this.#tables.blocksFrom(this.id, next)) {
        for (const frame of frames) {
          if (frame.seq < next || frame.seq > folded) continue;
          if (frame.seq !== next++) throw this.#hole(next - 1);
          yield frame;
        }
      }
      if (next <= folded) throw this.#hole(next);
    }
    for (let at = next - folded - 1; at < this.#tail.length; at++) yield this.#tail[at]!;
  }

  /** The frames from a position back to the first. @throws {Contradiction} If one is missing. */
  *#backward(from: number): Generator<Frame> {
    let next = from;
    const folded = this.last - this.#tail.length;
    for (; next > folded && next >= this.first; next--) yield this.#tail[next - folded - 1]!;
    if (next < this.first) return;
    for (const frames of this.#tables.blocksBefore(this.id, next + 1)) {
      for (const frame of frames.reverse()) {
        if (frame.seq > next) continue;
        if (frame.seq !== next) throw this.#hole(next);
        yield frame;
        if (--next < this.first) return;
      }
    }
    throw this.#hole(next);
  }

  #load(): void {
    if (this.#blocks !== undefined) return;
    const blocks = this.#tables.summaries(this.id, this.first);
    const hashes = blocks.flatMap((block) => block.hashes);
    if ((blocks.at(-1)?.last ?? this.last) !== this.last || hashes.length < this.last - this.first + 1) {
      throw this.#hole(this.last);
    }
    this.#blocks = blocks.map(({ last, size }) => ({ last, size }));
    for (const [i, hash] of hashes.entries()) {
      this.#index.add(hash, this.last + 1 - hashes.length + i, this.first);
    }
  }

  #hole(seq: number): Contradiction {
    return new Contradiction(`frame ${seq} of the conversation ${this.name} is missing`);
  }
}

/** Makes the identity of a log. */
export const mintEpoch = (): string => randomBytes(9).toString('base64url');
