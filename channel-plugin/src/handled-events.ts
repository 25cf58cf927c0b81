import type { Change, Records } from './records.ts';

/** Where a relay keeps an event, as far as it says so. */
export interface LogPlace {
  readonly epoch?: string | undefined;
  readonly seq?: number | undefined;
}

/** Remembers which events were handled, also after a restart: relays deliver again what was not said to be received. */
export interface HandledEvents {
  has(key: string): boolean;
  /**
   * Whether an event that was handled is stored anew: in another log, or later in the same one, which then kept it, and its
   * turn, no longer.
   */
  isStoredAnew(key: string, place: LogPlace): boolean;
  /**
   * Remembers an event, or another place of it.
   *
   * @param place What is not named in it stays as it was in the same log.
   * @returns Whether that would survive a crash of the process.
   */
  add(key: string, place?: LogPlace): boolean;
}

/**
 * Remembers events in memory, where asking costs nothing, and in the records.
 *
 * @param limit How many events are remembered: more than any relay holds for one agent. @default 10000
 */
export function createHandledEvents(records: Records, limit = 10_000): HandledEvents {
  const places = new Map(records.all('handled'));
  return {
    has: (key) => places.has(key),
    isStoredAnew(key, { epoch, seq }) {
      const known = read(places.get(key));
      if (!epoch || !known.epoch) return false;
      return known.epoch !== epoch || (seq !== undefined && known.seq !== undefined && seq > known.seq);
    },
    add(key, { epoch, seq } = {}) {
      const known = read(places.get(key));
      const place = write({ epoch, seq: seq ?? (known.epoch === epoch ? known.seq : undefined) });
      if (places.get(key) === place) return records.trouble === undefined || records.write();
      places.set(key, place);
      const changes: Change[] = [{ shelf: 'handled', key, value: place }];
      for (const oldest of places.keys()) {
        if (places.size <= limit) break;
        places.delete(oldest);
        changes.push({ shelf: 'handled', key: oldest, value: undefined });
      }
      return records.write(...changes);
    },
  };
}

/** The name of a log holds no space. */
const write = ({ epoch = '', seq }: LogPlace): string => (seq === undefined ? epoch : `${epoch} ${seq}`);

function read(place = ''): LogPlace {
  const [epoch, seq] = place.split(' ');
  return { epoch, seq: seq === undefined ? undefined : Number(seq) };
}
