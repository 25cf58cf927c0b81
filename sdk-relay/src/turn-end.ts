/** Something that is put off to the end of the event-loop turn. */
export interface Deferred {
  run(): void;
}

/** How long a socket may be held back on which there is nothing that its peer waits for, in milliseconds. */
const lingerMs = 5;

/**
 * What happens at the end of an event-loop turn in which frames arrived: first the store commits what was staged, then
 * every socket that was written to is flushed, once. A socket may also linger for a few turns: each write to the kernel
 * costs as much as reading, checking and storing a frame.
 */
export class TurnEnd {
  #lingering: Deferred[] = [];
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

  /** Flushes in a moment. */
  linger(deferred: Deferred): void {
    if (this.#lingering.length === 0) setTimeout(() => this.#endLinger(), lingerMs);
    this.#lingering.push(deferred);
  }

  #endLinger(): void {
    const lingering = this.#lingering;
    this.#lingering = [];
    for (const flush of lingering) flush.run();
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
