/**
 * An outbox in the browser's IndexedDB: what waits for the relay survives a reload and the end of the browser, and the tabs
 * of a participant share it.
 *
 * @packageDocumentation
 */
import { createIndexedDbStorage } from './indexeddb-storage.ts';
import { shareBetweenTabs } from './outbox-sharing.ts';
import {
  createPersistentOutbox,
  type Durability,
  type PersistentOutbox,
  type PersistentOutboxOptions,
} from './persistent-outbox.ts';

export type { Durability, PersistentOutbox, PersistentOutboxOptions };

/** What an outbox in IndexedDB needs to know. */
export interface IndexedDbOutboxOptions extends PersistentOutboxOptions {
  /** Name of the database. @default 'websocket-channel' */
  readonly database?: string;
}

/**
 * Makes an outbox for the option `outbox` of one client. All tabs of a participant show what waits, and one of them at a
 * time sends it. Where the browser refuses the database, as some do in private windows, or takes it away, what waits is
 * kept in memory, and `durability` says so.
 */
export const createIndexedDbOutbox = ({
  database = 'websocket-channel',
  ...options
}: IndexedDbOutboxOptions): PersistentOutbox =>
  createPersistentOutbox(createIndexedDbStorage(database), options, shareBetweenTabs);
