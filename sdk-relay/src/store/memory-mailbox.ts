import type { Page, Waiting } from './store.ts';

interface Entry extends Waiting {
  readonly at: number;
}

/** The events that wait for one agent, in memory and in their order. */
export class MemoryMailbox {
  /** By position: a map iterates in the order of insertion. */
  readonly #entries = new Map<number, Entry>();
  readonly #positions = new Map<string, number>();
  #last = 0;
  /** UTF-16 units of text that wait. */
  size = 0;

  get length(): number {
    return this.#entries.size;
  }

  put(conversation: string, id: string, text: string, at: number): number {
    const position = ++this.#last;
    this.#entries.set(position, { position, conversation, id, text, at });
    this.#positions.set(key(conversation, id), position);
    this.size += text.length;
    return position;
  }

  /** @returns Whether the event was waiting. */
  take(conversation: string, id: string): boolean {
    const position = this.#positions.get(key(conversation, id));
    if (position === undefined) return false;
    this.#remove(this.#entries.get(position)!);
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

  /** Removes what was put in before a time. */
  expire(notBefore: number): Waiting[] {
    const expired: Waiting[] = [];
    for (const entry of this.#entries.values()) {
      if (entry.at >= notBefore) break;
      this.#remove(entry);
      expired.push(entry);
    }
    return expired;
  }

  #remove({ position, conversation, id, text }: Entry): void {
    this.#entries.delete(position);
    this.#positions.delete(key(conversation, id));
    this.size -= text.length;
  }
}

/** A space is in neither of the two. */
const key = (conversation: string, id: string): string => `${id} ${conversation}`;
