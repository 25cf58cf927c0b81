import type { EventSubmission } from '@websocket-channel/protocol';
import { ClientError } from './errors.ts';
import { keepFailed } from './failed-events.ts';
import type { OutboxInput } from './outbox.ts';
import type { OutboxPort } from './outbox-keeper.ts';
import { inOrder, missingIn } from './outbox-places.ts';
import type { SharedOutbox, ShareOutbox, Told } from './outbox-sharing.ts';
import type { OutboxStorage } from './outbox-storage.ts';
import { accessStorage } from './storage-access.ts';

/** The outbox of one conversation, in memory, in a storage and in other tabs. */
export interface KeptOutbox {
  take(input: OutboxInput): void;
  /** Forgets an event that failed. @returns Whether there was such. */
  discard(id: string): boolean;
  /** Stores again all that waits. */
  store(): void;
  /** @returns Settles when the storage is no longer needed. */
  close(): Promise<void>;
}

/** What a kept outbox needs. */
export interface KeptOutboxSetting {
  readonly key: string;
  readonly participant: string;
  readonly storage: OutboxStorage;
  readonly share: ShareOutbox;
  /** Is told after each access to the storage how it went. */
  readonly judge: (failure: { readonly error: unknown } | undefined) => void;
}

/** How many settled events are remembered, so that late news of them change nothing. */
const mostSettled = 1000;

/** How often a tab that waits for the lead, with something to send, asks whether who leads is there, in milliseconds. */
const askMs = 5000;

/**
 * Every tab has all that waits in memory and shows it; the one that leads sends it. The storage is the copy that outlives
 * them all: who begins to lead reads it, and what could not be stored is stored later.
 */
export function keepOutbox(port: OutboxPort, setting: KeptOutboxSetting): KeptOutbox {
  const { key, participant, storage, share, judge } = setting;
  const waiting = new Map<string, EventSubmission>();
  const settled = new Set<string>();
  /** What waits again, since the relay lost it with its log. */
  const restored = new Set<string>();
  let shared: SharedOutbox | undefined;
  let term: AbortController | undefined;
  /** `chosen`: it leads, and reads the storage first. */
  let role: 'follows' | 'chosen' | 'leads' = 'follows';
  let isAsked = false;

  const { run: access, close } = accessStorage({
    recover: complete,
    tryAgain: begin,
    judge,
  });
  const failures = keepFailed({ storage, key, port, access, reject });

  connected();
  begin();

  function begin(): void {
    void read().then((stored) => adopt(inOrder(stored)));
    void failures.recall(
      (id) => waiting.has(id),
      (id) => settled.has(id),
    );
  }

  async function read(): Promise<readonly EventSubmission[]> {
    const stored = (await access(() => storage.list(key))) ?? [];
    // It failed when these were to leave it.
    for (const { id } of stored) if (settled.has(id) && !failures.has(id)) remove(id);
    return stored;
  }

  const missing = (stored: readonly EventSubmission[]): readonly EventSubmission[] =>
    missingIn(stored, [...waiting.values()], (id) => restored.has(id));

  /** Stores what is not there yet, where it belongs. */
  async function complete(): Promise<void> {
    await storage.add(key, missing(await storage.list(key)));
  }

  /** By the time it is its turn, it may wait again. */
  function remove(id: string): void {
    void access(async () => waiting.has(id) || storage.remove(key, id));
  }

  async function store(events: Iterable<EventSubmission>): Promise<void> {
    const all = [...events];
    await access(() => storage.add(key, all));
  }

  function connected(): SharedOutbox {
    shared ??= share(`websocket-channel ${key}`, hear);
    return shared;
  }

  /** Takes over what was written elsewhere. */
  function adopt(events: readonly EventSubmission[]): void {
    for (const event of events) {
      if (waiting.has(event.id) || settled.has(event.id)) continue;
      waiting.set(event.id, event);
      port.show(event);
      if (isForeign()) refuse(event.id);
      else step({ type: 'add', event });
    }
  }

  function step(input: OutboxInput): void {
    const written = port.step(input);
    if (written) connected().tell({ type: 'sent', id: written.id });
  }

  function isForeign(): boolean {
    const identity = port.identity();
    return identity !== undefined && identity !== participant;
  }

  /** It stays in the storage, for the one whom it belongs to. */
  function refuse(id: string): void {
    waiting.delete(id);
    reject(
      id,
      new ClientError(
        'wrong_participant',
        `The outbox is of ${participant}, the relay knows ${port.identity()}`,
      ),
    );
  }

  function reject(id: string, error: ClientError): void {
    port.mark(id, 'failed', { code: error.code, message: error.message });
    port.drop(id, error);
    port.step({ type: 'settled', id });
  }

  function settle(id: string): boolean {
    settled.add(id);
    restored.delete(id);
    if (settled.size > mostSettled) settled.delete(settled.values().next().value!);
    return waiting.delete(id);
  }

  /** What the relay lost with its log is sent again, in the order in which it took it, before what waits behind it. */
  function restore(events: readonly EventSubmission[]): void {
    const order = [...settled];
    const back = events
      .filter(({ id }) => !waiting.has(id))
      .toSorted((one, other) => order.indexOf(one.id) - order.indexOf(other.id));
    const behind = [...waiting.values()];
    waiting.clear();
    for (const event of [...back, ...behind]) waiting.set(event.id, event);
    for (const event of back) {
      settled.delete(event.id);
      restored.add(event.id);
      connected().tell({ type: 'added', event, again: true, back: true });
    }
    void access(async () => {
      const back = missing(await storage.list(key)).filter(({ id }) => restored.has(id));
      await storage.add(key, back);
    });
  }

  async function lead(isReset: boolean): Promise<void> {
    if (role === 'leads' && isReset) return step({ type: 'attached', events: [...waiting.values()] });
    if (term) return;
    const current = new AbortController();
    term = current;
    await choose(current.signal);
    const stored = (await read()).filter(({ id }) => !settled.has(id));
    if (current.signal.aborted) return;
    role = 'leads';
    const unstored = missing(stored);
    waiting.clear();
    for (const event of inOrder([...stored, ...unstored])) waiting.set(event.id, event);
    if (unstored.length > 0) void access(complete);
    for (const event of waiting.values()) port.show(event);
    step({ type: 'attached', events: [...waiting.values()] });
  }

  /** Waits for the lead; a tab that is frozen does not keep it from those that have something to send. */
  async function choose(signal: AbortSignal): Promise<void> {
    const silence = Promise.withResolvers<void>();
    isAsked = false;
    const watch = setInterval(() => {
      if (isAsked) silence.resolve();
      isAsked = waiting.size > 0;
      if (isAsked) connected().tell({ type: 'asked' });
    }, askMs);
    signal.addEventListener('abort', () => clearInterval(watch));
    const taken = (): void => {
      if (signal.aborted) return;
      retire();
      step({ type: 'lost' });
      void lead(false);
    };
    await Promise.race([
      connected().lead(signal, false, taken),
      silence.promise.then(() => connected().lead(signal, true, taken)),
    ]);
    clearInterval(watch);
    if (!signal.aborted) role = 'chosen';
  }

  function retire(): void {
    term?.abort();
    term = undefined;
    role = 'follows';
  }

  function hear(told: Told): void {
    const { id, event, code, message } = told;
    if (told.type === 'added' && isEvent(event)) {
      if (told.again === true) {
        failures.forget(event.id);
        settled.delete(event.id);
        if (told.back === true && !waiting.has(event.id)) restored.add(event.id);
      }
      return adopt([event]);
    }
    if (told.type === 'asked' && role !== 'follows') return connected().tell({ type: 'leading' });
    if (told.type === 'leading') isAsked = false;
    if (typeof id !== 'string') return;
    switch (told.type) {
      case 'sent':
        return port.mark(id, 'sent');
      case 'settled':
        settle(id);
        failures.settle(id);
        port.mark(id, 'accepted');
        return port.settle(id, {});
      case 'discarded':
        return void failures.hide(id);
      case 'failed':
        settle(id);
        failures.note(id);
        return reject(id, new ClientError(`${code}`, `${message}`));
    }
  }

  function take(input: OutboxInput): void {
    switch (input.type) {
      case 'add': {
        const { event } = input;
        if (isForeign()) return refuse(event.id);
        settled.delete(event.id);
        waiting.set(event.id, event);
        failures.revive(event.id);
        const added = { type: 'added', event };
        connected().tell({ ...added, again: true });
        // A tab that opened meanwhile has neither heard nor read of it.
        void store([event]).then(() => waiting.has(event.id) && shared?.tell(added));
        return step(input);
      }
      case 'attached':
        if (isForeign()) {
          for (const id of waiting.keys()) refuse(id);
          return;
        }
        if (input.events) restore(input.events);
        return void lead(input.events !== undefined);
      case 'lost':
        retire();
        return step(input);
      case 'settled': {
        const { id, error } = input;
        const event = waiting.get(id!);
        if (id !== undefined && settle(id)) {
          if (error) failures.keep(event!, error);
          else {
            failures.settle(id);
            remove(id);
          }
          connected().tell(
            error
              ? { type: 'failed', id, code: error.code, message: error.message }
              : { type: 'settled', id },
          );
        }
        return step(input);
      }
      case 'refused':
      case 'timeout':
        return step(input);
    }
  }

  return {
    take,
    discard(id) {
      const discarded = failures.discard(id);
      if (discarded) connected().tell({ type: 'discarded', id });
      return discarded;
    },
    store: () => void (shared && store(waiting.values())),
    close() {
      retire();
      shared?.close();
      shared = undefined;
      return close();
    },
  };
}

/** Whether a value from a storage or another tab can be an event. */
export const isEvent = (value: unknown): value is EventSubmission => {
  const { type, id, content } = (value ?? {}) as Partial<EventSubmission>;
  return type === 'event' && typeof id === 'string' && typeof content === 'string';
};
