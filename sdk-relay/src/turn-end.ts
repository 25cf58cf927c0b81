/** Something that is put off to the end of the event-loop turn. */
export interface Deferred {
  run(): void;
}

/**
 * What happens at the end of an event-loop turn in which frames arrived: first the store commits what was staged, then
 * every socket that was written to is flushed, once.
 */
export class TurnEnd {
  #commits: Deferred[] = [];
  #flushes: Deferred[] = [];
  #scheduled = false;

  commit(deferred: Deferred): void {
    this.#commits.push(deferred);
    this.#schedule();
  }

  flush(deferred: Deferred): void {
    this.#flushes.push(deferred);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      const commits = this.#commits;
      this.#commits = [];
      for (const commit of commits) commit.run();
      const flushes = this.#flushes;
      this.#flushes = [];
      this.#scheduled = false;
      for (const flush of flushes) flush.run();
      if (this.#commits.length > 0 || this.#flushes.length > 0) this.#schedule();
    });
  }
}
