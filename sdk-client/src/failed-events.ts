import type { EventSubmission } from '@websocket-channel/protocol';
import { ClientError } from './errors.ts';
import type { OutboxPort } from './outbox-keeper.ts';
import type { OutboxStorage } from './outbox-storage.ts';

/** Events that were refused for good, kept beside an outbox until a person has seen to them. */
export interface FailedEvents {
  /** Shows what failed before the reload, but for what waits again or has settled since. */
  recall(isWaiting: (id: string) => boolean, isSettled: (id: string) => boolean): Promise<void>;
  /** Whether an event is known to have failed. */
  has(id: string): boolean;
  /** An event failed here: it leaves the outbox for here. */
  keep(event: EventSubmission, error: ClientError): void;
  /** An event failed in another tab, which keeps it. */
  note(id: string): void;
  /** An event is said again under its id. It is kept until the relay has it. */
  revive(id: string): void;
  /** It is said again in another tab. */
  forget(id: string): void;
  /** The relay has an event, which may have failed before. */
  settle(id: string): void;
  /** Nobody wants to see an event again. @returns Whether it had failed. */
  discard(id: string): boolean;
  /** It was discarded in another tab. @returns Whether it had failed. */
  hide(id: string): boolean;
}

/** What is needed to keep them. */
export interface FailedEventsSetting {
  readonly storage: OutboxStorage;
  /** Of the outbox. */
  readonly key: string;
  readonly port: OutboxPort;
  /** Does one access to the storage after the other; what one throws is told elsewhere. */
  readonly access: <T>(work: () => Promise<T>) => Promise<T | undefined>;
  /** Shows that an event failed. */
  readonly reject: (id: string, error: ClientError) => void;
}

/** How many are kept; the oldest leave. */
const mostFailed = 100;

/** Where the failure is in a stored event: storages know events alone. */
const member = 'dev.websocket-channel.failure';

/** Keeps what failed of one outbox. */
export function keepFailed({
  storage,
  key: outbox,
  port,
  access,
  reject,
}: FailedEventsSetting): FailedEvents {
  const key = `${outbox} failed`;
  const failed = new Set<string>();
  /** What failed once and is said again. */
  const revived = new Set<string>();
  /** What the storage has not taken yet. */
  const unkept = new Map<string, () => Promise<void>>();

  async function add(event: EventSubmission, { code, message }: ClientError): Promise<void> {
    await storage.add(key, [{ ...event, ext: { ...event.ext, [member]: { code, message } } }]);
    await storage.remove(outbox, event.id);
    unkept.delete(event.id);
    for (const { id } of (await storage.list(key)).slice(0, -mostFailed)) await storage.remove(key, id);
  }

  function remove(id: string): void {
    void access(() => storage.remove(key, id));
  }

  function forget(id: string): boolean {
    unkept.delete(id);
    return failed.delete(id);
  }

  function hide(id: string): boolean {
    if (!forget(id)) return false;
    port.mark(id, 'failed', { code: 'discarded', message: 'Discarded' });
    return true;
  }

  return {
    async recall(isWaiting, isSettled) {
      for (const add of unkept.values()) void access(add);
      for (const stored of (await access(() => storage.list(key))) ?? []) {
        const { event, error } = read(stored);
        const { id } = event;
        if (failed.has(id)) continue;
        if (isWaiting(id)) revived.add(id);
        else if (isSettled(id)) remove(id);
        else {
          failed.add(id);
          port.show(event);
          reject(id, error);
        }
      }
    },
    has: (id) => failed.has(id),
    keep(event, error) {
      const work = () => add(event, error);
      failed.add(event.id);
      unkept.set(event.id, work);
      void access(work);
    },
    note: (id) => void failed.add(id),
    revive(id) {
      if (forget(id)) revived.add(id);
    },
    forget(id) {
      if (!forget(id)) return;
      revived.add(id);
      // Only an error leads a message back from `failed`.
      port.mark(id, 'queued', { code: 'retrying', message: 'Sent again', retrying: true });
    },
    settle(id) {
      if (revived.delete(id)) remove(id);
    },
    discard(id) {
      if (!hide(id)) return false;
      remove(id);
      return true;
    },
    hide,
  };
}

function read({ ext, ...event }: EventSubmission): { event: EventSubmission; error: ClientError } {
  const { [member]: failure, ...rest } = ext ?? {};
  const { code, message } = (failure ?? {}) as Partial<Record<'code' | 'message', unknown>>;
  return {
    event: Object.keys(rest).length > 0 ? { ...event, ext: rest } : event,
    error: new ClientError(`${code}`, `${message}`),
  };
}
