import type { EventSubmission } from '@websocket-channel/protocol';
import type { OutboxStorage } from '../src/outbox-storage.ts';

/** A storage that a test can look into, and break. */
export interface MapStorage extends OutboxStorage {
  /** Contents of what waits, over all keys. */
  readonly contents: () => readonly string[];
  readonly keys: () => readonly string[];
  /** What every access fails with. */
  failure: Error | undefined;
  /** Forgets everything, as a browser does when a person clears the site's data. */
  wipe(): void;
}

export function createMapStorage(): MapStorage {
  const lists = new Map<string, EventSubmission[]>();
  const listeners: (() => void)[] = [];
  const storage: MapStorage = {
    failure: undefined,
    contents: () => [...lists.values()].flat().map(({ content }) => content),
    keys: () => [...lists.keys()],
    wipe() {
      lists.clear();
      for (const listener of listeners) listener();
    },
    async list(key) {
      if (storage.failure) throw storage.failure;
      return [...(lists.get(key) ?? [])];
    },
    async add(key, events) {
      if (storage.failure) throw storage.failure;
      const known = lists.get(key) ?? [];
      lists.set(key, known);
      for (const event of events) if (!known.some(({ id }) => id === event.id)) known.push(event);
    },
    async remove(key, id) {
      if (storage.failure) throw storage.failure;
      lists.set(key, lists.get(key)?.filter((event) => event.id !== id) ?? []);
    },
    onLost: (listener) => void listeners.push(listener),
  };
  return storage;
}
