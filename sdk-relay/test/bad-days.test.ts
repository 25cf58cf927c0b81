import { afterEach, describe, expect, it, vi } from 'vitest';
import { memoryStore, type Store, type StoreBounds } from '../src/index.ts';
import { createSqliteStore } from '../src/sqlite.ts';
import type { Frame, RawPeer } from './support/raw-peer.ts';
import { event, reply, startRelay, turn } from './support/running-relay.ts';
import { everyStore } from './support/stores.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const path = temporaryFolder();
const year = 365 * 24 * 60 * 60 * 1000;
const limits = { events: { burst: 100, perMs: 60_000 } };

afterEach(() => {
  vi.restoreAllMocks();
});

/** Submits durable replies as an agent, some at a time. */
async function submit(agent: RawPeer, count: number): Promise<void> {
  for (let next = 1; next <= count; ) {
    const last = Math.min(next + 499, count);
    agent.send(...Array.from({ length: last + 1 - next }, (_, i) => reply(`rp${next + i}`, 'alice')));
    for (; next <= last; next++) expect(await agent.nextFrame('ack')).toMatchObject({ seq: next });
  }
}

/** Reads durable frames until they are that many. */
async function next(peer: RawPeer, count: number): Promise<Frame[]> {
  const frames: Frame[] = [];
  while (frames.length < count) frames.push(await peer.awaitFrame('event'));
  return frames;
}

const ids = (frames: readonly Frame[]) => frames.map(({ id }) => id);

describe.each(everyStore())('a relay that keeps its logs in %s', (_, makeStore) => {
  const start = async (bounds: StoreBounds = {}, options: object = {}) =>
    startRelay({ store: await makeStore(bounds), sweepIntervalMs: 20, limits, ...options });

  it.each([
    ['ahead', year],
    ['back', -year],
  ])(
    'ages nothing, cuts nobody off and lets nobody wait when the clock is set %s',
    async (_direction, by) => {
      const relay = await start({}, { heartbeat: { intervalMs: 200, graceMs: 200 } });
      const alice = await relay.client('alice');
      alice.send(event('ev1'), reply('rp1', 'alice'));
      await alice.awaitFrame('ack');
      const now = Date.now;
      vi.spyOn(Date, 'now').mockImplementation(() => now() + by);
      let pings = 0;
      while (pings < 4) {
        await alice.awaitFrame('ping');
        alice.send({ type: 'pong' });
        pings++;
      }
      alice.send(event('ev2'));
      expect(await alice.awaitFrame('ack')).toMatchObject({ id: 'ev2', seq: 2 });
      const agent = await relay.agent();
      expect(await agent.nextFrame('event')).toMatchObject({ id: 'ev1', seq: 1 });
      expect(await agent.nextFrame('event')).toMatchObject({ id: 'ev2', seq: 2 });
      const late = await relay.client('alice', { attach: [{ conversation: 'alice', seq: 0 }] });
      expect(late.attached).toMatchObject({ seq: 2, recovered: 'complete' });
      expect(relay.relay.stats()).toMatchObject({ expired: 0, closes: {} });
    },
  );

  it('hands over 10,000 missed messages, in order and once', { timeout: 30_000 }, async () => {
    const relay = await start({ frames: 20_000 });
    const alice = await relay.client('alice');
    const { epoch } = alice.attached;
    await alice.close();
    const agent = await relay.agent();
    await submit(agent, 10_000);
    const back = await relay.client('alice', { attach: [{ conversation: 'alice', epoch, seq: 0 }] });
    expect(back.attached).toMatchObject({ seq: 10_000, recovered: 'complete' });
    for (let seq = 1; seq <= 10_000; seq++) {
      expect(await back.nextFrame()).toMatchObject({ type: 'reply', id: `rp${seq}`, seq });
    }
    agent.send(reply('live', 'alice'));
    expect(await back.nextFrame('reply')).toMatchObject({ id: 'live', seq: 10_001 });
  });

  it('starts a client anew whose cursor is from the future or of a log that never was', async () => {
    const relay = await start();
    const alice = await relay.client('alice');
    alice.send(event('ev1'));
    await alice.awaitFrame('ack');
    const { epoch } = alice.attached;
    for (const cursor of [
      { epoch, seq: 2 },
      { epoch, seq: Number.MAX_SAFE_INTEGER },
      { epoch: 'never', seq: 1 },
    ]) {
      const reader = await relay.client('alice', { attach: [{ conversation: 'alice', ...cursor }] });
      expect(reader.attached).toMatchObject({ epoch, seq: 1, recovered: 'reset' });
      expect(await reader.nextFrame('event')).toMatchObject({ id: 'ev1', seq: 1 });
    }
  });

  it('takes no harm from who claims what it never got', async () => {
    const relay = await start();
    const alice = await relay.client('alice', { capabilities: ['receipt'] });
    alice.send(event('ev1'), { type: 'receipt', conversation: 'alice', status: 'read', seq: 999_999 });
    await alice.awaitFrame('ack');
    const agent = await relay.agent();
    await agent.nextFrame('event');
    agent.send(
      { type: 'received', conversation: 'alice', events: ['ev9', 'ev2'] },
      turn('tu1', 'alice', 'ended', { events: ['ev3'], outcome: 'completed' }),
    );
    expect(await agent.nextFrame('ack')).toMatchObject({ id: 'tu1', seq: 2 });
    alice.send(event('ev2'));
    expect(await agent.nextFrame('event')).toMatchObject({ id: 'ev2', seq: 3 });
    await agent.close();
    const again = await relay.agent();
    expect(ids(await next(again, 2))).toEqual(['ev1', 'ev2']);
    expect((await alice.frames()).filter(({ type }) => type === 'receipt')).toEqual([]);
  });

  it('refuses an id that was used for something else, and keeps what it had', async () => {
    const relay = await start();
    const alice = await relay.client('alice');
    alice.send(event('ev1'), event('ev1', { content: 'other' }), event('ev1', { timestamp: 1 }));
    expect(await alice.awaitFrame('error')).toMatchObject({ code: 'conflict', ref: 'ev1', retryable: false });
    expect(await alice.nextFrame('ack')).toMatchObject({ id: 'ev1', seq: 1, status: 'duplicate' });
    const agent = await relay.agent();
    expect(await agent.nextFrame('event')).toMatchObject({
      id: 'ev1',
      content: 'content of ev1',
      timestamp: 1_790_000_000_000,
    });
  });

  it('gives up by age while it runs, says so, and leaves the mailbox alone', async () => {
    const relay = await start({ ageMs: 300 });
    const alice = await relay.client('alice');
    alice.send(event('ev1'), event('ev2'));
    await alice.awaitFrame('ack', ({ id }) => id === 'ev2');
    const { epoch } = alice.attached;
    const attachAt = (seq: number) =>
      relay.client('alice', { attach: [{ conversation: 'alice', epoch, seq }] });
    let reader = await attachAt(1);
    while (reader.attached.recovered === 'complete') {
      await reader.close();
      reader = await attachAt(1);
    }
    expect(reader.attached).toMatchObject({ epoch, seq: 2, recovered: 'truncated' });
    const agent = await relay.agent();
    expect(ids(await next(agent, 2))).toEqual(['ev1', 'ev2']);
    alice.send(event('ev3'));
    expect(await alice.awaitFrame('ack', ({ id }) => id === 'ev3')).toMatchObject({ epoch, seq: 3 });
  });

  it('gives up by count while it runs, says so, and leaves the mailbox alone', async () => {
    const relay = await start({ frames: 2 });
    const alice = await relay.client('alice');
    for (let i = 1; i <= 4; i++) alice.send(event(`ev${i}`));
    await alice.awaitFrame('ack', ({ id }) => id === 'ev4');
    const { epoch } = alice.attached;
    const reader = await relay.client('alice', { attach: [{ conversation: 'alice', epoch, seq: 1 }] });
    expect(reader.attached).toMatchObject({ seq: 4, recovered: 'truncated' });
    expect(ids(await next(reader, 2))).toEqual(['ev3', 'ev4']);
    const agent = await relay.agent();
    expect(ids(await next(agent, 4))).toEqual(['ev1', 'ev2', 'ev3', 'ev4']);
  });

  it('feeds its agent the events of each conversation in their order until they are taken over', async () => {
    const relay = await start();
    const [alice, bob] = [await relay.client('alice'), await relay.client('bob')];
    for (let i = 1; i <= 5; i++) {
      for (const peer of [alice, bob]) {
        peer.send(event(`ev${i}`));
        await peer.awaitFrame('ack');
      }
    }
    const all = ['ev1', 'ev2', 'ev3', 'ev4', 'ev5'];
    for (let taken = 0; taken < all.length; taken++) {
      const agent = await relay.agent();
      const events = await next(agent, 2 * (all.length - taken));
      for (const name of ['alice', 'bob']) {
        expect(ids(events.filter(({ conversation }) => conversation === name))).toEqual(all.slice(taken));
        agent.send({ type: 'received', conversation: name, events: [all[taken]] });
      }
      await agent.frames();
      await agent.close();
    }
    alice.send(event('last'));
    expect(await (await relay.agent()).nextFrame('event')).toMatchObject({ id: 'last' });
  });
});

describe('a relay that is started again before any client is back', () => {
  const restarted = async (first: Store, second: () => Promise<Store>) => {
    const before = await startRelay({ store: first, limits });
    const alice = await before.client('alice');
    alice.send(event('ev1'));
    const { epoch } = await alice.awaitFrame('ack');
    await before.relay.close();
    const after = await startRelay({ store: await second(), limits });
    const agent = await after.agent();
    agent.send(reply('rp1', 'alice'));
    return { epoch, agent, after };
  };

  it('takes the agent’s reply and still hands over what waits, with a SQLite database', async () => {
    const open = () => createSqliteStore({ file: path('restarted.db') });
    const { epoch, agent, after } = await restarted(await open(), open);
    expect(await agent.nextFrame('event')).toMatchObject({ id: 'ev1', seq: 1 });
    expect(await agent.nextFrame('ack')).toMatchObject({ id: 'rp1', epoch, seq: 2 });
    const alice = await after.client('alice', { attach: [{ conversation: 'alice', epoch, seq: 1 }] });
    expect(alice.attached.recovered).toBe('complete');
    expect(await alice.nextFrame('reply')).toMatchObject({ id: 'rp1', seq: 2 });
  });

  it('knows nothing of the conversation, with a store in memory', async () => {
    const { agent } = await restarted(memoryStore(), async () => memoryStore());
    expect(await agent.nextFrame('error')).toMatchObject({ code: 'forbidden', ref: 'rp1' });
  });
});
