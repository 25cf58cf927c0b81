import type { Records } from './records.ts';

/** What is remembered of a relay, also after a restart. */
export interface RelayMemory {
  /** Whether it was seen to acknowledge frames or to number events. */
  readonly isReliable: boolean;
  note(isReliable: boolean): void;
}

/** Makes the memory of the relay to which the records belong. */
export function createRelayMemory(records: Records): RelayMemory {
  const key = 'reliable';
  let isReliable = records.all('relay').some(([name]) => name === key);
  return {
    get isReliable() {
      return isReliable;
    },
    note(now) {
      if (now === isReliable) return;
      isReliable = now;
      records.write({ shelf: 'relay', key, value: now ? '' : undefined });
    },
  };
}
