import type { EventSubmission } from '@websocket-channel/protocol';
import { isEvent } from './kept-outbox.ts';
import type { OutboxStorage } from './outbox-storage.ts';

interface Entry {
  readonly key: string;
  readonly id: string;
  readonly event: EventSubmission;
}

const entries = 'outbox';

/** Stores events in a database of this name, which is opened with the first access. */
export function createIndexedDbStorage(name: string): OutboxStorage {
  const listeners: (() => void)[] = [];
  let opened: Promise<IDBDatabase> | undefined;

  function open(): Promise<IDBDatabase> {
    opened ??= connect().catch((error) => {
      opened = undefined;
      throw error;
    });
    return opened;
  }

  async function connect(): Promise<IDBDatabase> {
    const opening = indexedDB.open(name, 1);
    opening.onupgradeneeded = () => {
      const store = opening.result.createObjectStore(entries, { autoIncrement: true });
      store.createIndex('key', 'key');
      store.createIndex('entry', ['key', 'id'], { unique: true });
    };
    const lose = (): void => {
      opening.result.close();
      opened = undefined;
      for (const listener of listeners) listener();
    };
    const database = await answer(opening);
    // The person clears the site's data, or somebody deletes the database and waits for us to let go of it.
    database.onclose = lose;
    database.onversionchange = lose;
    return database;
  }

  async function transact<T>(
    mode: IDBTransactionMode,
    work: (store: IDBObjectStore) => Promise<T>,
  ): Promise<T> {
    const transaction = (await open()).transaction(entries, mode, { durability: 'strict' });
    const over = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error ?? new Error('The transaction was aborted'));
    });
    const [value] = await Promise.all([work(transaction.objectStore(entries)), over]);
    return value;
  }

  return {
    list: (key) =>
      transact('readonly', async (store) => {
        const found: readonly Partial<Entry>[] = await answer(store.index('key').getAll(key));
        return found.map(({ event }) => event).filter(isEvent);
      }),
    add: (key, events) =>
      transact('readwrite', async (store) => {
        for (const event of events) {
          const { id } = event;
          const known = await answer(store.index('entry').getKey([key, id]));
          if (known === undefined) await answer(store.add({ key, id, event } satisfies Entry));
        }
      }),
    remove: (key, id) =>
      transact('readwrite', async (store) => {
        const known = await answer(store.index('entry').getKey([key, id]));
        if (known !== undefined) await answer(store.delete(known));
      }),
    onLost: (listener) => void listeners.push(listener),
    close() {
      const closing = opened;
      opened = undefined;
      closing?.then((database) => database.close()).catch(() => {});
    },
  };
}

const answer = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
