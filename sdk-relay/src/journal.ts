import type { Logger } from './logger.ts';
import { type Append, type Appended, type Store, whenReady } from './store/store.ts';
import type { TurnEnd } from './turn-end.ts';

/** What became of a staged append; `failed`: the store could not take it. */
export type Outcome = Appended | { readonly status: 'failed' };

/** Entries that may wait for a store that takes its time, and UTF-16 units of text in them. */
const stagedAtMost = 65_536;
const stagedSizeAtMost = 64 * 1024 * 1024;

type Entry =
  | { readonly append: Append; readonly settle: (outcome: Outcome) => void }
  | { readonly append?: undefined; readonly follow: () => void };

/**
 * The way into the store: gathers the appends of an event-loop turn and commits them as one batch. While a batch is
 * under way the next one gathers.
 */
export class Journal {
  readonly #store: Store;
  readonly #turnEnd: TurnEnd;
  readonly #logger: Logger;
  #staged: Entry[] = [];
  /** UTF-16 units of text that are staged. */
  #size = 0;
  #state: 'idle' | 'scheduled' | 'committing' = 'idle';
  #idle: (() => void)[] = [];

  constructor(store: Store, turnEnd: TurnEnd, logger: Logger) {
    this.#store = store;
    this.#turnEnd = turnEnd;
    this.#logger = logger;
  }

  /** Whether so much waits for the store that nothing more may be staged. */
  get isFull(): boolean {
    return this.#staged.length >= stagedAtMost || this.#size >= stagedSizeAtMost;
  }

  /** Stages an append. `settle` is called once it is stored or refused, in the order of staging. */
  append(append: Append, settle: (outcome: Outcome) => void): void {
    this.#size += append.body.length;
    this.#stage({ append, settle });
  }

  /** Calls back once everything that is staged so far is settled. @param size UTF-16 units of text that wait for it. */
  follow(follow: () => void, size: number): void {
    this.#size += size;
    this.#stage({ follow });
  }

  #stage(entry: Entry): void {
    this.#staged.push(entry);
    if (this.#state !== 'idle') return;
    this.#state = 'scheduled';
    this.#turnEnd.commit(this);
  }

  /** Resolves as soon as nothing is staged or under way. */
  settled(): Promise<void> {
    return this.#state === 'idle' ? Promise.resolve() : new Promise((resolve) => this.#idle.push(resolve));
  }

  /** Commits what is staged. */
  run(): void {
    const batch = this.#staged;
    this.#staged = [];
    this.#size = 0;
    this.#state = 'committing';
    const appends: Append[] = [];
    for (const { append } of batch) if (append !== undefined) appends.push(append);
    const settle = (outcomes: readonly Appended[]): void => this.#finish(batch, outcomes);
    const fail = (error: unknown): void => {
      this.#logger.error({ err: error, appends: appends.length }, 'store failed');
      this.#finish(batch, []);
    };
    if (appends.length === 0) settle([]);
    else whenReady(() => this.#store.commit(appends), settle, fail);
  }

  #finish(batch: readonly Entry[], outcomes: readonly Appended[]): void {
    let next = 0;
    for (const entry of batch) {
      try {
        if (entry.append === undefined) entry.follow();
        else entry.settle(outcomes[next++] ?? { status: 'failed' });
      } catch (error) {
        this.#logger.error({ err: error }, 'delivery failed');
      }
    }
    if (this.#staged.length > 0) {
      this.#state = 'scheduled';
      this.#turnEnd.commit(this);
      return;
    }
    this.#state = 'idle';
    const waiting = this.#idle;
    this.#idle = [];
    for (const resolve of waiting) resolve();
  }
}
