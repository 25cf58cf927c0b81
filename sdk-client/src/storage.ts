/**
 * An outbox in a storage of the application's own, such as that of React Native.
 *
 * @packageDocumentation
 */
export type { SharedOutbox, ShareOutbox, Told } from './outbox-sharing.ts';
export type { OutboxStorage } from './outbox-storage.ts';
export {
  createPersistentOutbox,
  type Durability,
  type PersistentOutbox,
  type PersistentOutboxOptions,
} from './persistent-outbox.ts';
