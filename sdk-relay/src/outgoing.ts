import { frameSize, writeFrame } from './text-frame.ts';

/**
 * A frame on its way to any number of connections. The first one has it written straight to where it is sent from; for
 * more, its bytes are prepared once.
 */
export class Outgoing {
  readonly text: string;
  /** Bytes that the frame takes on a socket. */
  readonly size: number;
  readonly #length: number;
  #isWritten = false;
  #bytes: Buffer | undefined;

  constructor(text: string) {
    this.text = text;
    this.#length = Buffer.byteLength(text);
    this.size = frameSize(this.#length);
  }

  /** The prepared bytes, which nobody may change. */
  get bytes(): Buffer {
    if (this.#bytes === undefined) {
      this.#bytes = Buffer.allocUnsafe(this.size);
      writeFrame(this.#bytes, 0, this.text, this.#length);
    }
    return this.#bytes;
  }

  /** Writes the bytes into a buffer, from a position on. */
  copyTo(target: Buffer, at: number): void {
    if (this.#isWritten || this.#bytes !== undefined) this.bytes.copy(target, at);
    else writeFrame(target, at, this.text, this.#length);
    this.#isWritten = true;
  }
}
