import type { EventSubmission } from '@websocket-channel/protocol';

/** Where events wait that the relay has not stored yet: an ordered list for each key. A rejection stands for any failure. */
export interface OutboxStorage {
  /** What waits under a key, in the order in which it was added. */
  list(key: string): Promise<readonly EventSubmission[]>;
  /** Adds events at the end. One whose id is there already stays as and where it is. */
  add(key: string, events: readonly EventSubmission[]): Promise<void>;
  /** Removes an event, if it is there. */
  remove(key: string, id: string): Promise<void>;
  /** Calls back when what was stored is gone or out of reach through no doing of ours, such as when a person clears the site's data. */
  onLost?(listener: () => void): void;
  /** Nothing follows, until one of the above is called again. */
  close?(): void;
}
