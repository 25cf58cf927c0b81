import type { Page, Waiting } from './store.ts';

interface Entry extends Waiting {
  readonly at: number;
}

/** The events that wait for one agent, in memory and in their order. */
export class MemoryMailbox {
  /** By position: a map iterates in the order of insertion. */
  readonly #entries = new Map<number, Entry>();
  #last = 0;
  /** UTF-16 units of text that wait. */
  size = 0;

  get length(): number {
    return this.#entries.size;
  }

  put(conversation: string, id: string, text: string, at: number): number {
    const position = ++this.#last;
    this.#entries.set(position, { position, conversation, id, text, at });
    this.size += text.length;
    return position;
  }

  /** Finds an event that is not, or not only, where the log knows it to wait. */
  find(conversation: string, id: string): number {
    for (const entry of this.#entries.values()) {
      if (entry.id === id && entry.conversation === conversation) return entry.position;
    }
    return 0;
  }

  /** Takes an event from where it should be. @returns Whether it was waiting there. */
  take(position: number, conversation: string, id: string): boolean {
    const entry = this.#entries.get(position);
    if (entry === undefined || entry.id !== id || entry.conversation !== conversation) return false;
    this.#entries.delete(position);
    this.size -= entry.text.length;
    return true;
  }

  after(position: number, page: Page): Waiting[] {
    const waiting: Waiting[] = [];
    let size = 0;
    for (const entry of this.#entries.values()) {
      if (entry.position <= position) continue;
      size += entry.text.length;
      if (waiting.length > 0 && (size > page.size || waiting.length === page.frames)) break;
      waiting.push(entry);
    }
    return waiting;
  }

  /** What was put in before a time. */
  *stale(notBefore: number): Generator<{ readonly conversation: string; readonly id: string }> {
    for (const entry of this.#entries.values()) {
      if (entry.at >= notBefore) return;
      yield entry;
    }
  }
}
