import { describe, expect, it } from 'vitest';
import { type Append, memoryStore, type Store } from '../src/index.ts';
import { describeStore } from './store-contract.ts';
import type { Frame, RawPeer } from './support/raw-peer.ts';
import { delta, event, reply, startRelay, turn } from './support/running-relay.ts';
import { slowStore } from './support/slow-store.ts';

describeStore('that answers with promises', (bounds) => slowStore(memoryStore(bounds)));

const limits = { events: { burst: 10_000, perMs: 1000 } };

/** A store whose commits wait until they are let through, or fail. */
function gatedStore(): { store: Store; batches: Append[][]; release: (error?: Error) => void } {
  const store = memoryStore();
  const batches: Append[][] = [];
  const waiting: ((error?: Error) => void)[] = [];
  return {
    batches,
    release: (error) => waiting.shift()?.(error),
    store: {
      ...store,
      commit: (batch) =>
        new Promise((resolve, reject) => {
          batches.push([...batch]);
          waiting.push((error) => (error === undefined ? resolve(store.commit(batch)) : reject(error)));
        }),
    },
  };
}

const batched = async (batches: Append[][], count: number, peer: RawPeer): Promise<Frame[]> => {
  const seen: Frame[] = [];
  while (batches.length < count) seen.push(...(await peer.frames()));
  return seen;
};

describe('on a store that takes its time', () => {
  it('nothing is acknowledged or delivered before it is stored', async () => {
    const gated = gatedStore();
    const relay = await startRelay({ store: gated.store });
    const [phone, laptop] = [await relay.client('alice'), await relay.client('alice')];
    const agent = await relay.agent();
    await Promise.all([phone.nextFrame('signal'), laptop.nextFrame('signal')]);
    phone.send(event('ev1'));
    expect(await batched(gated.batches, 1, phone)).toEqual([]);
    expect(await laptop.frames()).toEqual([]);
    expect(await agent.frames()).toEqual([]);
    gated.release();
    expect(await phone.nextFrames(2)).toMatchObject([{ type: 'ack' }, { type: 'event' }]);
    expect(await laptop.nextFrame()).toMatchObject({ type: 'event', seq: 1 });
    expect(await agent.nextFrame()).toMatchObject({ type: 'event', seq: 1 });
  });

  it('what arrives during a commit is gathered into the next one', async () => {
    const gated = gatedStore();
    const relay = await startRelay({ store: gated.store });
    const alice = await relay.client('alice', { attach: [] });
    alice.send(event('ev1'));
    await batched(gated.batches, 1, alice);
    alice.send(event('ev2'), event('ev3'));
    await alice.frames();
    alice.send(event('ev4'));
    await alice.frames();
    expect(gated.batches.map((batch) => batch.map(({ id }) => id))).toEqual([['ev1']]);
    gated.release();
    await batched(gated.batches, 2, alice);
    gated.release();
    expect(gated.batches[1]?.map(({ id }) => id)).toEqual(['ev2', 'ev3', 'ev4']);
  });

  it('a failed commit is answered as retryable, and the next one goes on', async () => {
    const gated = gatedStore();
    const relay = await startRelay({ store: gated.store });
    const alice = await relay.client('alice');
    alice.send(event('ev1'));
    await batched(gated.batches, 1, alice);
    gated.release(new Error('disk full'));
    expect(await alice.nextFrame()).toMatchObject({ code: 'unavailable', retryable: true, ref: 'ev1' });
    alice.send(event('ev1'));
    await batched(gated.batches, 2, alice);
    gated.release();
    expect(await alice.nextFrame()).toMatchObject({ type: 'ack', seq: 1, status: 'accepted' });
    expect(alice.texts.join()).not.toContain('disk full');
  });

  it('live frames wait for the durable ones before them', async () => {
    const relay = await startRelay({ store: slowStore() });
    const alice = await relay.client('alice');
    const agent = await relay.agent();
    await alice.nextFrame('signal');
    agent.send(
      turn('tu1', 'alice', 'started'),
      delta('rp1', 'alice', 0, 'one'),
      reply('rp1', 'alice', { kind: 'block' }),
      delta('rp2', 'alice', 0, 'two'),
      delta('rp2', 'alice', 1, 'three'),
      reply('rp2', 'alice'),
      turn('tu1', 'alice', 'ended'),
      turn('tu2', 'alice', 'accepted'),
    );
    const frames = await alice.nextFrames(8);
    expect(frames.map(({ id, kind, status, index }) => `${id} ${kind ?? status} ${index ?? ''}`)).toEqual([
      'tu1 started ',
      'rp1 delta 0',
      'rp1 block ',
      'rp2 delta 0',
      'rp2 delta 1',
      'rp2 final ',
      'tu1 ended ',
      'tu2 accepted ',
    ]);
  });

  it('a cancel of a turn, which the agent knows, waits for nothing', async () => {
    const gated = gatedStore();
    const relay = await startRelay({ store: gated.store });
    const alice = await relay.client('alice');
    const agent = await relay.agent();
    alice.send(event('ev1'));
    await batched(gated.batches, 1, alice);
    alice.send({ type: 'cancel', conversation: 'alice', turn: 'tu1' });
    expect(await agent.nextFrame()).toMatchObject({ type: 'cancel', turn: 'tu1' });
    gated.release();
    expect(await agent.nextFrame()).toMatchObject({ type: 'event', id: 'ev1' });
  });

  it('clients that come while others write get everything once and in order', async () => {
    const relay = await startRelay({ store: slowStore(), limits });
    const writer = await relay.client('alice', { attach: [] });
    const total = 400;
    const readers: RawPeer[] = [];
    for (let i = 1; i <= total; i++) {
      writer.send(event(`ev${i}`));
      if (i % 50 === 25) {
        readers.push(await relay.client('alice', { attach: [{ conversation: 'alice', seq: 0 }] }));
      }
    }
    for (const reader of readers) {
      for (let seq = 1; seq <= total; seq++) expect(await reader.nextFrame('event')).toMatchObject({ seq });
    }
  });

  it('an agent that comes while others write gets everything once and in order', async () => {
    const relay = await startRelay({ store: slowStore(), limits });
    const writer = await relay.client('alice', { attach: [] });
    const total = 400;
    let agent = await relay.agent();
    for (let i = 1; i <= total; i++) {
      writer.send(event(`ev${i}`));
      if (i % 100 === 50) agent = await relay.agent();
    }
    for (let seq = 1; seq <= total; seq++) expect(await agent.nextFrame('event')).toMatchObject({ seq });
    expect(await agent.frames()).toEqual([]);
  });

  it('an attachment that is ended while it is being opened stays ended', async () => {
    const relay = await startRelay({ store: slowStore() });
    const [alice, other] = [
      await relay.client('alice', { attach: [] }),
      await relay.client('alice', { attach: [] }),
    ];
    alice.send({ type: 'attach', conversation: 'alice' }, { type: 'detach', conversation: 'alice' });
    other.send(event('ev1'));
    await other.nextFrame('ack');
    other.send(event('ev2'));
    await other.nextFrame('ack');
    expect((await alice.frames()).filter(({ type }) => type === 'event')).toEqual([]);
  });

  it('frames of a conversation keep their order while it is being opened', async () => {
    const relay = await startRelay({ store: slowStore(), limits });
    const alice = await relay.client('alice', { attach: [] });
    const ids = Array.from({ length: 20 }, (_, i) => `ev${i}`);
    alice.send(...ids.map((id) => event(id, { conversation: 'alice/new' })));
    for (const [i, id] of ids.entries())
      expect(await alice.nextFrame('ack')).toMatchObject({ id, seq: i + 1 });
  });

  it('frames for a conversation that is being opened wait up to a bound', async () => {
    let open = (): void => {};
    const store = memoryStore({ mailbox: 2000 });
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    const relay = await startRelay({
      limits,
      store: { ...store, open: (...args) => opened.then(() => store.open(...args)) },
    });
    const alice = await relay.client('alice', { attach: [] });
    const ids = Array.from({ length: 1002 }, (_, i) => `ev${i}`);
    alice.send(...ids.map((id) => event(id)));
    expect(await alice.nextFrame()).toMatchObject({ code: 'unavailable', ref: 'ev1001' });
    open();
    for (const [i, id] of ids.slice(0, 1001).entries()) {
      expect(await alice.nextFrame('ack')).toMatchObject({ id, seq: i + 1 });
    }
  });

  it('a store that cannot be swept disturbs nobody', async () => {
    let sweeps = 0;
    const sweep = () => {
      sweeps++;
      return Promise.reject(new Error('disk full'));
    };
    const relay = await startRelay({ store: { ...memoryStore(), sweep }, sweepIntervalMs: 20 });
    const alice = await relay.client('alice');
    while (sweeps < 2) expect(await alice.frames()).toEqual([]);
  });

  it('closing waits for what is under way', async () => {
    const gated = gatedStore();
    const relay = await startRelay({ store: gated.store });
    const alice = await relay.client('alice');
    alice.send(event('ev1'));
    await batched(gated.batches, 1, alice);
    const closed = relay.relay.close();
    gated.release();
    expect(await alice.nextFrames(3)).toMatchObject([{ type: 'ack' }, { type: 'event' }, { type: 'bye' }]);
    await closed;
  });
});

describe('on a store that fails', () => {
  const failing = (method: 'open' | 'after' | 'before' | 'waiting' | 'received' | 'sweep'): Store => ({
    ...memoryStore(),
    [method]: () => {
      throw new Error('secret detail');
    },
  });

  it('a conversation that cannot be opened is answered as retryable', async () => {
    const relay = await startRelay({ store: failing('open') });
    const alice = await relay.client('alice', { attach: [] });
    alice.send(event('ev1'), { type: 'attach', conversation: 'alice' });
    expect(await alice.nextFrames(2)).toMatchObject([
      { code: 'unavailable', retryable: true, ref: 'ev1' },
      { code: 'unavailable', retryable: true, conversation: 'alice' },
    ]);
    expect(alice.texts.join()).not.toContain('secret detail');
  });

  it('a history that cannot be read is answered as retryable', async () => {
    const relay = await startRelay({ store: failing('before') });
    const alice = await relay.client('alice');
    alice.send({ type: 'history', conversation: 'alice' });
    expect(await alice.nextFrame()).toMatchObject({ code: 'unavailable', conversation: 'alice' });
  });

  it('a replay that breaks off is no silent hole: the client comes back', async () => {
    const relay = await startRelay({ store: failing('after') });
    const alice = await relay.client('alice');
    alice.send(event('ev1'));
    await alice.nextFrame('ack');
    const late = await relay.client('alice', { attach: [{ conversation: 'alice', seq: 0 }] });
    expect((await late.closed()).code).toBe(4500);
    expect(await alice.frames()).toMatchObject([{ type: 'event' }]);
  });

  it('a mailbox that cannot be read lets the agent come back', async () => {
    const relay = await startRelay({ store: failing('waiting') });
    const agent = await relay.agent();
    expect((await agent.closed()).code).toBe(4500);
  });

  it('the end of a turn that cannot be stored takes no event over', async () => {
    const store = memoryStore();
    const commit: Store['commit'] = (batch) => {
      if (batch.some(({ type }) => type === 'turn')) throw new Error('secret detail');
      return store.commit(batch);
    };
    const relay = await startRelay({ store: { ...store, commit } });
    const alice = await relay.client('alice');
    const agent = await relay.agent();
    alice.send(event('ev1'));
    await agent.nextFrame('event');
    agent.send(turn('tu1', 'alice', 'ended', { events: ['ev1'], outcome: 'completed' }));
    expect(await agent.nextFrame('error')).toMatchObject({ code: 'unavailable', ref: 'tu1' });
    expect(await (await relay.agent()).nextFrame('event')).toMatchObject({ id: 'ev1', seq: 1 });
  });

  it('a mailbox that cannot be written disturbs nobody', async () => {
    const relay = await startRelay({ store: failing('received') });
    const alice = await relay.client('alice');
    const agent = await relay.agent();
    alice.send(event('ev1'));
    await agent.nextFrame('event');
    agent.send({ type: 'received', conversation: 'alice', events: ['ev1'] });
    expect(await agent.frames()).toEqual([]);
  });
});
