import type { Change, Records } from './records.ts';

/** Remembers which events were handled, also after a restart: relays deliver again what was not said to be received. */
export interface HandledEvents {
  has(key: string): boolean;
  /** Remembers an event. @returns Whether that would survive a crash of the process. */
  add(key: string): boolean;
}

/**
 * Remembers events in memory, where asking costs nothing, and in the records.
 *
 * @param limit How many events are remembered: more than any relay holds for one agent. @default 10000
 */
export function createHandledEvents(records: Records, limit = 10_000): HandledEvents {
  const keys = new Set(records.all('handled').map(([key]) => key));
  return {
    has: (key) => keys.has(key),
    add(key) {
      if (keys.has(key)) return records.trouble === undefined || records.write();
      keys.add(key);
      const changes: Change[] = [{ shelf: 'handled', key, value: '' }];
      for (const oldest of keys) {
        if (keys.size <= limit) break;
        keys.delete(oldest);
        changes.push({ shelf: 'handled', key: oldest, value: undefined });
      }
      return records.write(...changes);
    },
  };
}
