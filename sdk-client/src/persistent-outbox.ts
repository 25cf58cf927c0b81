import { type KeptOutbox, keepOutbox } from './kept-outbox.ts';
import type { OutboxKeeper } from './outbox-keeper.ts';
import { type ShareOutbox, shareWithNobody } from './outbox-sharing.ts';
import type { OutboxStorage } from './outbox-storage.ts';

/** Whether what waits would survive the end of the page or process. `checking`: the storage has not answered yet. */
export type Durability = 'checking' | 'persistent' | 'memory';

/** What a persistent outbox needs to know. */
export interface PersistentOutboxOptions {
  /**
   * Whose outbox it is: the id under which the relay knows the participant. Two people at one device have an outbox each;
   * where the relay takes the participant for somebody else, events fail with `wrong_participant` and stay stored.
   */
  readonly participant: string;
  /** Is told each change of {@link PersistentOutbox.durability}, with the error that led to `memory`. */
  readonly onDurability?: (durability: Durability, error?: unknown) => void;
  /** Longest wait for the storage, in milliseconds; then the outbox goes on in memory. @default 5000 */
  readonly patienceMs?: number;
}

/** An outbox that survives its page or process. It is made for the option `outbox` of one client. */
export interface PersistentOutbox extends OutboxKeeper {
  /** `memory` while the storage refuses; what waits is stored as soon as it no longer does. */
  readonly durability: Durability;
  /**
   * Forgets a message that failed, here and in the storage. Until the next reload it is in `messages` with the error `discarded`,
   * for the view to leave out. Without it a message that the relay refused for good is there after each reload, as
   * `failed` with its error, until it is sent again under its own id; the latest 100 are kept.
   *
   * @returns Whether there was such a message.
   */
  discard(id: string): boolean;
}

/**
 * Makes an outbox that keeps in a storage what waits for the relay.
 *
 * @param share How several programs share it. @default The program is alone with its storage.
 */
export function createPersistentOutbox(
  storage: OutboxStorage,
  { participant, onDurability, patienceMs = 5000 }: PersistentOutboxOptions,
  share: ShareOutbox = shareWithNobody,
): PersistentOutbox {
  const outboxes: KeptOutbox[] = [];
  const failing = new Map<string, unknown>();
  let durability: Durability = 'checking';

  function judge(key: string, failure: { readonly error: unknown } | undefined): void {
    if (failure) failing.set(key, failure.error);
    else failing.delete(key);
    const next = failing.size > 0 ? 'memory' : 'persistent';
    if (next === durability) return;
    durability = next;
    onDurability?.(next, failure?.error);
  }

  const patient: OutboxStorage = {
    list: (key) => within(patienceMs, storage.list(key)),
    add: (key, events) => within(patienceMs, storage.add(key, events)),
    remove: (key, id) => within(patienceMs, storage.remove(key, id)),
  };
  storage.onLost?.(() => {
    for (const outbox of outboxes) outbox.store();
  });

  return {
    get durability() {
      return durability;
    },
    open(url, conversation, port) {
      const key = JSON.stringify([url, participant, conversation]);
      const outbox = keepOutbox(port, {
        key,
        participant,
        storage: patient,
        share,
        judge: (failure) => judge(key, failure),
      });
      outboxes.push(outbox);
      return outbox.take;
    },
    // A conversation that has no such event is left as it is.
    discard: (id) => outboxes.map((outbox) => outbox.discard(id)).includes(true),
    close() {
      void Promise.all(outboxes.map((outbox) => outbox.close())).then(() => storage.close?.());
    },
  };
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`The storage did not answer within ${ms} ms`)), ms);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
