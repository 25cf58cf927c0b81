import type { Change, Records } from './records.ts';

/** Remembers which events were handled, also after a restart: relays deliver again what was not said to be received. */
export interface HandledEvents {
  has(key: string): boolean;
  /** Whether an event was handled in another log than this one, as far as both are known. */
  isInOtherLog(key: string, epoch: string | undefined): boolean;
  /**
   * Remembers an event.
   *
   * @param epoch The log that it is in.
   * @returns Whether that would survive a crash of the process.
   */
  add(key: string, epoch?: string): boolean;
}

/**
 * Remembers events in memory, where asking costs nothing, and in the records.
 *
 * @param limit How many events are remembered: more than any relay holds for one agent. @default 10000
 */
export function createHandledEvents(records: Records, limit = 10_000): HandledEvents {
  const keys = new Map(records.all('handled'));
  return {
    has: (key) => keys.has(key),
    isInOtherLog: (key, epoch) => !!epoch && !!keys.get(key) && keys.get(key) !== epoch,
    add(key, epoch = '') {
      if (keys.get(key) === epoch) return records.trouble === undefined || records.write();
      keys.set(key, epoch);
      const changes: Change[] = [{ shelf: 'handled', key, value: epoch }];
      for (const oldest of keys.keys()) {
        if (keys.size <= limit) break;
        keys.delete(oldest);
        changes.push({ shelf: 'handled', key: oldest, value: undefined });
      }
      return records.write(...changes);
    },
  };
}
