import { FrameIndex, hashOf } from './frame-index.ts';
import type { Append, LogState, Page, StoredFrame } from './store.ts';

/** A frame in the log, and what else is known of it. */
export interface KeptFrame extends StoredFrame {
  readonly type: Append['type'];
  readonly id: string;
  readonly at: number;
  /** Of an event: its place in the agent's mailbox, whether it still waits there or not. */
  position: number;
}

/** One conversation's log in memory: an array whose front is given up, found by position, and by type and id. */
export class MemoryLog {
  readonly epoch: string;
  readonly agent: string;
  /** UTF-16 units of text that are kept. */
  size = 0;
  last = 0;
  /** Whether the relay has the conversation open. */
  inUse = false;
  #frames: KeptFrame[] = [];
  /** Frames at the front of the array that are given up already. */
  #dropped = 0;
  readonly #index = new FrameIndex();

  constructor(epoch: string, agent: string) {
    this.epoch = epoch;
    this.agent = agent;
  }

  get first(): number {
    return this.last + 1 - this.length;
  }

  get length(): number {
    return this.#frames.length - this.#dropped;
  }

  get state(): LogState {
    return { epoch: this.epoch, agent: this.agent, first: this.first, last: this.last };
  }

  find(type: Append['type'], id: string): KeptFrame | undefined {
    return this.#index.find(hashOf(type, id), (seq) => {
      const frame = this.#at(seq);
      return frame?.id === id && frame.type === type ? frame : undefined;
    });
  }

  append(type: Append['type'], id: string, text: string, at: number): KeptFrame {
    const frame: KeptFrame = { seq: ++this.last, text, type, id, at, position: 0 };
    this.#frames.push(frame);
    this.#index.add(hashOf(type, id), frame.seq, this.first);
    this.size += text.length;
    return frame;
  }

  after(seq: number, page: Page): StoredFrame[] {
    const frames: StoredFrame[] = [];
    for (let next = Math.max(seq + 1, this.first), size = 0; next <= this.last; next++) {
      const frame = this.#at(next)!;
      size += frame.text.length;
      if (frames.length > 0 && (size > page.size || frames.length === page.frames)) break;
      frames.push(frame);
    }
    return frames;
  }

  before(seq: number, page: Page): StoredFrame[] {
    const frames: StoredFrame[] = [];
    for (let next = Math.min(seq - 1, this.last), size = 0; next >= this.first; next--) {
      const frame = this.#at(next)!;
      size += frame.text.length;
      if (frames.length > 0 && (size > page.size || frames.length === page.frames)) break;
      frames.push(frame);
    }
    return frames.reverse();
  }

  /** Gives up the oldest frames until the log is within its bounds. @returns UTF-16 units of text that were freed. */
  trim(frames: number, size: number, notBefore: number): number {
    const before = this.size;
    while (this.length > 0) {
      const oldest = this.#frames[this.#dropped]!;
      if (this.length <= frames && this.size <= size && oldest.at >= notBefore) break;
      this.#dropped++;
      this.size -= oldest.text.length;
    }
    if (this.#dropped > 64 && this.#dropped * 2 > this.#frames.length) {
      this.#frames = this.#frames.slice(this.#dropped);
      this.#dropped = 0;
    }
    return before - this.size;
  }

  #at(seq: number): KeptFrame | undefined {
    return seq < this.first ? undefined : this.#frames[this.#dropped + seq - this.first];
  }
}
