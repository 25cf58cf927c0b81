import type { SqliteThread } from './thread.ts';

/** Events that were received one after another, on their way to the thread in one request. */
interface Gathering {
  /** Three for each: agent, conversation and id. They grow until the request is on its way. */
  readonly fields: string[];
  /** Places of those that were in no mailbox. */
  readonly missing: Promise<ReadonlySet<number>>;
  readonly stagings: number;
}

/** Tells the thread of the database which events were received: a busy agent takes over hundreds between two commits. */
export class Reception {
  readonly #thread: SqliteThread;
  #gathering: Gathering | undefined;

  constructor(thread: SqliteThread) {
    this.#thread = thread;
  }

  /** Takes events out of a mailbox. @returns Those that were in it. */
  async take(agent: string, conversation: string, events: readonly string[]): Promise<string[]> {
    const { fields, missing } = this.#gathered();
    const first = fields.length / 3;
    for (const id of events) fields.push(agent, conversation, id);
    const absent = await missing;
    return events.filter((_, i) => !absent.has(first + i));
  }

  /** What is asked in between goes in between: nothing is added to a request that is no longer the last one. */
  #gathered(): Gathering {
    if (this.#gathering?.stagings === this.#thread.stagings) return this.#gathering;
    const fields: string[] = [];
    const missing = this.#thread.askLater('received', fields).then((places) => new Set(places));
    this.#gathering = { fields, missing, stagings: this.#thread.stagings };
    return this.#gathering;
  }
}
