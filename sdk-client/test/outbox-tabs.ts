import { beforeEach, expect } from 'vitest';
import type { Client, ClientOptions } from '../src/index.ts';
import { shareBetweenTabs } from '../src/outbox-sharing.ts';
import { createPersistentOutbox, type PersistentOutboxOptions } from '../src/persistent-outbox.ts';
import { clientAndRelay } from './client-and-relay.ts';
import { createMapStorage, type MapStorage } from './map-storage.ts';

/** A raw relay and an empty storage for each test, and tabs that keep their outboxes in it. */
export function outboxTabs() {
  const setup = clientAndRelay();
  let storage: MapStorage;
  beforeEach(() => {
    storage = createMapStorage();
  });

  /** An outbox in the storage, as one tab of several has it. */
  const openOutbox = (options: Partial<PersistentOutboxOptions> = {}) =>
    createPersistentOutbox(storage, { participant: 'alice', ...options }, shareBetweenTabs);

  return {
    setup,
    get storage() {
      return storage;
    },
    openOutbox,
    openTab: (options: Partial<ClientOptions> = {}, participant = 'alice'): Client =>
      setup.makeClient({ outbox: openOutbox({ participant }), ...options }),
    stored: (...contents: string[]) => expect.poll(storage.contents).toEqual(contents),
  };
}

export const states = (client: Client) =>
  client.conversation().messages.map(({ content, state }) => `${content} ${state}`);
