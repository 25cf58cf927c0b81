/**
 * An outbox in a file, for programs in Node, Deno or Bun: what waits for the relay survives the end of the process.
 *
 * @packageDocumentation
 */
import { createFileStorage } from './file-storage.ts';
import {
  createPersistentOutbox,
  type Durability,
  type PersistentOutbox,
  type PersistentOutboxOptions,
} from './persistent-outbox.ts';

export type { Durability, PersistentOutbox, PersistentOutboxOptions };

/** What an outbox in a file needs to know. */
export interface FileOutboxOptions extends PersistentOutboxOptions {
  /** The file, of one process at a time. It is made with the first event; its folder has to be there. */
  readonly path: string;
}

/** Makes an outbox for the option `outbox` of one client. */
export const createFileOutbox = ({ path, ...options }: FileOutboxOptions): PersistentOutbox =>
  createPersistentOutbox(createFileStorage(path), options);
