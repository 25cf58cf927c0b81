import type { Page } from '../store.ts';
import type { WaitingRow } from './tables.ts';

/** An event that waits. Its text is in the database once it has been there for a while. */
export interface Entry extends WaitingRow {
  text: string | undefined;
}

/** The events that wait for one agent, in their order. */
export class SqliteMailbox {
  /** By position: a map iterates in the order of insertion. */
  readonly #entries = new Map<number, Entry>();
  /** UTF-16 units of text that wait. */
  size = 0;

  get length(): number {
    return this.#entries.size;
  }

  put(entry: Entry): void {
    this.#entries.set(entry.position, entry);
    this.size += entry.size;
  }

  take(position: number): Entry | undefined {
    const entry = this.#entries.get(position);
    if (entry === undefined) return undefined;
    this.#entries.delete(position);
    this.size -= entry.size;
    return entry;
  }

  find(conversation: string, event: string): Entry | undefined {
    for (const entry of this.#entries.values()) {
      if (entry.event === event && entry.conversation === conversation) return entry;
    }
    return undefined;
  }

  after(position: number, page: Page): Entry[] {
    const waiting: Entry[] = [];
    let size = 0;
    for (const entry of this.#entries.values()) {
      if (entry.position <= position) continue;
      size += entry.size;
      if (waiting.length > 0 && (size > page.size || waiting.length === page.frames)) break;
      waiting.push(entry);
    }
    return waiting;
  }

  /** What was put in before a time. */
  *stale(notBefore: number): Generator<{ readonly conversation: string; readonly id: string }> {
    for (const { conversation, event: id, at } of this.#entries.values()) {
      if (at >= notBefore) return;
      yield { conversation, id };
    }
  }

  entries(): Iterable<Entry> {
    return this.#entries.values();
  }
}

/** The mailboxes by agent. */
export class SqliteMailboxes {
  readonly #boxes = new Map<string, SqliteMailbox>();

  of(agent: string): SqliteMailbox {
    let box = this.#boxes.get(agent);
    if (box === undefined) {
      box = new SqliteMailbox();
      this.#boxes.set(agent, box);
    }
    return box;
  }

  ifAny(agent: string): SqliteMailbox | undefined {
    return this.#boxes.get(agent);
  }

  all(): Iterable<readonly [agent: string, box: SqliteMailbox]> {
    return this.#boxes;
  }
}
