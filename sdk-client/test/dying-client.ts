import type { EventSubmission } from '@websocket-channel/protocol';
import { expect } from 'vitest';
import { type KeptOutbox, keepOutbox } from '../src/kept-outbox.ts';
import { emptyOutbox, stepOutbox } from '../src/outbox.ts';
import { shareWithNobody } from '../src/outbox-sharing.ts';
import type { OutboxStorage } from '../src/outbox-storage.ts';

/** What was said: the relay took the first two, and then lost its log. */
const said = ['taken 1', 'taken 2', 'waits 1', 'waits 2', 'waits 3'];
const waiting = said.slice(2);
const submission = (id: string): EventSubmission => ({
  type: 'event',
  id,
  content: id,
  timestamp: 1,
  ext: {},
});

/** A storage whose process dies once so many accesses are made, before it learns of the last one. */
function mortal(storage: OutboxStorage) {
  const death = Promise.withResolvers<void>();
  let left = Infinity;
  async function access<T>(work: () => Promise<T>): Promise<T> {
    if (left <= 0) return new Promise(() => {});
    const value = await work();
    if (--left > 0) return value;
    death.resolve();
    return new Promise(() => {});
  }
  const dying: OutboxStorage = {
    list: (key) => access(() => storage.list(key)),
    add: (key, events) => access(() => storage.add(key, events)),
    remove: (key, id) => access(() => storage.remove(key, id)),
  };
  return {
    dying,
    death: death.promise.then(() => 'dead'),
    dieAfter(accesses: number): void {
      left = accesses;
      if (left === 0) death.resolve();
    },
  };
}

/** One life of a client; its relay answers at once, if it takes the event. */
function live(storage: OutboxStorage, takes: (event: EventSubmission) => boolean): KeptOutbox {
  let outbox = emptyOutbox;
  const kept = keepOutbox(
    {
      step(input) {
        const [next, , write] = stepOutbox(outbox, input);
        outbox = next;
        if (write && takes(write)) queueMicrotask(() => kept.take({ type: 'settled', id: write.id }));
        return write;
      },
      show: () => {},
      mark: () => {},
      drop: () => {},
      settle: () => {},
      identity: () => 'alice',
    },
    { key: 'outbox', participant: 'alice', storage, share: shareWithNobody, judge: () => {} },
  );
  return kept;
}

/**
 * Has a relay lose its log while something waits, and the client die after each access to its storage from then on: its
 * next life says all that had waited, once, as it was said and in the order in which it was said.
 *
 * @param open Gives an empty storage.
 * @returns After how many accesses it died, the last time.
 */
export async function surviveEachDeath(open: () => Promise<OutboxStorage>): Promise<number> {
  for (let accesses = 0; ; accesses++) {
    const storage = await open();
    const stored = async () => (await storage.list('outbox')).map(({ id }) => id);
    let log: EventSubmission[] = [];
    let most = 2;
    const takes = (event: EventSubmission): boolean => log.length < most && log.push(event) > 0;

    const { dying, death, dieAfter } = mortal(storage);
    const before = live(dying, takes);
    for (const id of said) before.take({ type: 'add', event: submission(id) });
    before.take({ type: 'attached' });
    await expect.poll(stored).toEqual(waiting);
    before.take({ type: 'lost' });
    log = [];
    most = 1;
    dieAfter(accesses);
    before.take({ type: 'attached', events: said.map(submission) });
    const end = await Promise.race([death, expect.poll(() => log.length).toBe(1)]);
    if (end !== 'dead') await Promise.race([death, before.close()]);

    const taken = log.map(({ id }) => id);
    log = [];
    most = Infinity;
    const after = live(storage, takes);
    after.take({ type: 'attached' });
    await expect.poll(stored).toEqual([]);
    await after.close();
    const ids = log.map(({ id }) => id);
    expect(ids, `after ${accesses} accesses`).toEqual(said.filter((id) => ids.includes(id)));
    expect(ids).toEqual(expect.arrayContaining(waiting));
    expect(log).toEqual(ids.map(submission));
    expect(taken).toEqual(said.slice(0, taken.length));
    if (end !== 'dead') return accesses;
  }
}
