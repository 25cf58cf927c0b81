import { frameText } from './text-frame.ts';

/** A frame on its way to any number of connections: its bytes are prepared once, when the first of them asks. */
export class Outgoing {
  readonly text: string;
  #bytes: Buffer | undefined;

  constructor(text: string) {
    this.text = text;
  }

  get bytes(): Buffer {
    this.#bytes ??= frameText(this.text);
    return this.#bytes;
  }
}
