import { describe, expect, it } from 'vitest';
import type { Store } from '../src/index.ts';
import { createSqliteStore } from '../src/sqlite.ts';
import { memoryStore } from '../src/store/memory.ts';
import { event, startRelay, turn } from './support/running-relay.ts';
import { everyStore } from './support/stores.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const path = temporaryFolder();
const ended = {
  type: 'turn',
  conversation: 'alice',
  source: 'default',
  status: 'ended',
  outcome: 'failed',
  error: { code: 'expired', message: 'The agent was away for too long' },
};

describe.each(everyStore())('events that wait for too long in %s', (_, makeStore) => {
  it('are given up, with the end of their turn in the log and a receipt, and the agent is not handed them', async () => {
    const relay = await startRelay({ store: await makeStore({ mailboxAgeMs: 300 }), sweepIntervalMs: 20 });
    const alice = await relay.client('alice', { capabilities: ['receipt'] });
    alice.send(event('ev1'), event('ev2'));
    const told = [];
    while (told.length < 4) {
      told.push(...(await alice.frames()).filter(({ type }) => type === 'turn' || type === 'receipt'));
    }
    expect(told.filter(({ type }) => type === 'turn')).toMatchObject([
      { ...ended, events: ['ev1'], seq: 3 },
      { ...ended, events: ['ev2'], seq: 4 },
    ]);
    expect(told.filter(({ type }) => type === 'receipt')).toEqual(
      ['ev1', 'ev2'].map((id) => ({
        type: 'receipt',
        conversation: 'alice',
        status: 'expired',
        events: [id],
      })),
    );
    expect(relay.relay.stats().expired).toBe(2);
    expect(await (await relay.agent()).frames()).toEqual([]);
  });

  it('are told to a client that was away meanwhile', async () => {
    const relay = await startRelay({ store: await makeStore({ mailboxAgeMs: 300 }), sweepIntervalMs: 20 });
    const gone = await relay.client('alice');
    gone.send(event('ev1'));
    const { epoch, seq } = await gone.awaitFrame('ack');
    await gone.close();
    const bob = await relay.client('bob');
    while (relay.relay.stats().expired === 0) await bob.frames();
    const alice = await relay.client('alice', { attach: [{ conversation: 'alice', epoch, seq }] });
    expect(await alice.nextFrame('turn')).toMatchObject({ ...ended, events: ['ev1'], seq: 2 });
  });

  it('are told once each', async () => {
    const relay = await startRelay({
      store: await makeStore({ mailboxAgeMs: 300 }),
      sweepIntervalMs: 20,
      limits: { events: { burst: 1000, perMs: 1000 } },
    });
    const alice = await relay.client('alice');
    const ids = Array.from({ length: 257 }, (_, i) => `ev${i}`);
    alice.send(...ids.map((id) => event(id)));
    const told = [];
    while (told.length < ids.length) told.push(...(await alice.awaitFrame('turn')).events);
    expect(told).toEqual(ids);
    await expect.poll(() => relay.relay.stats().expired).toBe(ids.length);
  });
});

describe('a store that does not let go of what was given up', () => {
  it('has no event told a second time, beside those that expired later', async () => {
    const store = memoryStore({ mailboxAgeMs: 50 });
    const relay = await startRelay({ store: { ...store, received: () => [] }, sweepIntervalMs: 20 });
    const alice = await relay.client('alice');
    for (const [index, id] of ['ev1', 'ev2', 'ev3'].entries()) {
      alice.send(event(id));
      expect(await alice.awaitFrame('turn')).toMatchObject({ ...ended, events: [id], seq: 2 * index + 2 });
    }
  });
});

describe('a store that fails to let go of what the agent has taken over', () => {
  it('is asked again, so that no event is given up that was answered', async () => {
    const store = memoryStore({ mailboxAgeMs: 300 });
    let fails = true;
    const received: Store['received'] = (...args) =>
      fails ? Promise.reject(new Error('not now')) : store.received(...args);
    const relay = await startRelay({ store: { ...store, received }, sweepIntervalMs: 20 });
    const alice = await relay.client('alice');
    const agent = await relay.agent();
    alice.send(event('ev1'), event('ev2'));
    await agent.nextFrames(2);
    agent.send(
      { type: 'received', conversation: 'alice', events: ['ev1'] },
      turn('tu1', 'alice', 'ended', { events: ['ev1'], outcome: 'completed' }),
    );
    await agent.nextFrame('ack');
    fails = false;
    expect(await alice.awaitFrame('turn')).toMatchObject({ id: 'tu1', outcome: 'completed' });
    expect(await alice.awaitFrame('turn')).toMatchObject({ ...ended, events: ['ev2'] });
    expect(await alice.frames()).toEqual([]);
  });
});

describe('a relay that ends between the end of a turn and the mailbox', () => {
  it('leaves it to the next one, which ends the turn no second time', async () => {
    const [file, bounds] = [path('once.db'), { mailboxAgeMs: 300 }];
    const store = await createSqliteStore({ file, ...bounds });
    let asked = 0;
    const received = () => {
      asked++;
      return [];
    };
    const first = await startRelay({ store: { ...store, received }, sweepIntervalMs: 20 });
    const alice = await first.client('alice');
    alice.send(event('ev1'));
    expect(await alice.awaitFrame('turn')).toMatchObject({ ...ended, events: ['ev1'], seq: 2 });
    while (asked < 3) await alice.frames();
    await first.relay.close();
    const next = await startRelay({
      store: await createSqliteStore({ file, ...bounds }),
      sweepIntervalMs: 20,
    });
    const again = await next.client('alice', { capabilities: ['receipt'] });
    expect(await again.awaitFrame('receipt')).toMatchObject({ status: 'expired', events: ['ev1'] });
    expect((await next.client('alice')).attached).toMatchObject({ seq: 2 });
    expect(next.relay.stats().expired).toBe(1);
  });
});
