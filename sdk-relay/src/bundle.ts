import type { Outgoing } from './outgoing.ts';

/** The frames of one event-loop turn for one socket, in order: they are written as one chunk. */
export class Bundle {
  #frames: Outgoing[] = [];
  /** Bytes of all frames. */
  size = 0;

  add(frame: Outgoing): void {
    this.#frames.push(frame);
    this.size += frame.size;
  }

  /** Takes all frames out. A single one that goes to many sockets is not copied for each of them. */
  take(): Buffer {
    const frames = this.#frames;
    const { size } = this;
    this.#frames = [];
    this.size = 0;
    if (frames.length === 1) return frames[0]!.bytes;
    const chunk = Buffer.allocUnsafe(size);
    let at = 0;
    for (const frame of frames) {
      frame.copyTo(chunk, at);
      at += frame.size;
    }
    return chunk;
  }
}
