import type { Said } from './evidence.ts';

/** Keeps count of what was sent and answered. Times are those of `performance.now()`. */
export interface Book {
  /** Messages of which one client saw the end of their turn. */
  readonly answered: number;
  /** Messages of which every client saw it. */
  readonly complete: number;
  /** Grows whenever a client sees an end that it had not seen. */
  readonly progress: number;
  /** How many messages of a participant wait for their answers. */
  open(source: string): number;
  sent(said: Said): void;
  /** A client has seen the end of a turn that answers these events. */
  ended(device: string, events: readonly string[]): void;
  /** Longest time from one of these blows until all that was said before was answered on every client, in milliseconds. */
  worstRecovery(blows: readonly number[]): number;
}

interface Entry {
  readonly source: string;
  readonly sentAt: number;
  readonly seenBy: Set<string>;
  doneAt: number;
}

/** Opens a book for so many clients of each participant. */
export function createBook(devices: number): Book {
  const entries = new Map<string, Entry>();
  const open = new Map<string, number>();
  let answered = 0;
  let complete = 0;
  let progress = 0;

  function see(device: string, entry: Entry | undefined): void {
    if (entry === undefined || entry.seenBy.has(device)) return;
    entry.seenBy.add(device);
    progress++;
    if (entry.seenBy.size === 1) {
      answered++;
      open.set(entry.source, open.get(entry.source)! - 1);
    }
    if (entry.seenBy.size < devices) return;
    entry.doneAt = performance.now();
    complete++;
  }

  return {
    get answered() {
      return answered;
    },
    get complete() {
      return complete;
    },
    get progress() {
      return progress;
    },
    open: (source) => open.get(source) ?? 0,
    sent({ id, source }) {
      entries.set(id, {
        source,
        sentAt: performance.now(),
        seenBy: new Set(),
        doneAt: Number.POSITIVE_INFINITY,
      });
      open.set(source, (open.get(source) ?? 0) + 1);
    },
    ended(device, events) {
      for (const id of events) see(device, entries.get(id));
    },
    worstRecovery(blows) {
      const waits = blows.flatMap((at) =>
        [...entries.values()].map(({ sentAt, doneAt }) =>
          sentAt < at && doneAt > at && doneAt < Number.POSITIVE_INFINITY ? doneAt - at : 0,
        ),
      );
      return waits.reduce((most, wait) => Math.max(most, wait), 0);
    },
  };
}
