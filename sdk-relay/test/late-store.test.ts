import { describe, expect, it } from 'vitest';
import { Agents } from '../src/agents.ts';
import { Conversations } from '../src/conversations.ts';
import { memoryStore, type Store } from '../src/index.ts';
import { Journal } from '../src/journal.ts';
import { type Logger, silentLogger } from '../src/logger.ts';
import { createSqliteStore } from '../src/sqlite.ts';
import { Stats } from '../src/stats.ts';
import { TurnEnd } from '../src/turn-end.ts';
import { type Frame, RawPeer } from './support/raw-peer.ts';
import { delta, event, reply, startRelay, startUnbufferedRelay, turn } from './support/running-relay.ts';
import { slowStore } from './support/slow-store.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const path = temporaryFolder();
const limits = { events: { burst: 10_000, perMs: 1000 } };

/** Answers that are held back until they are let through. */
class Gate {
  readonly #held: (() => void)[] = [];

  hold<T>(answer: () => T): Promise<Awaited<T>> {
    return new Promise((resolve, reject) => {
      this.#held.push(() =>
        Promise.resolve()
          .then(answer)
          .then(resolve as (value: T) => void, reject),
      );
    });
  }

  open(): void {
    for (const pass of this.#held.splice(0)) pass();
  }

  /** Waits until one is held back. @returns What the peer was told meanwhile. */
  async holds(peer: RawPeer): Promise<Frame[]> {
    const seen: Frame[] = [];
    while (this.#held.length === 0) seen.push(...(await peer.frames()));
    return seen;
  }
}

const positions = (frames: readonly Frame[]) =>
  frames.filter(({ type }) => type === 'event').map(({ seq }) => seq);

describe('a store that tells late what it has stored', () => {
  it('has nothing replayed before, and nothing handed over twice', async () => {
    const store = memoryStore();
    const gate = new Gate();
    const commit: Store['commit'] = (batch) => {
      const outcomes = store.commit(batch);
      return gate.hold(() => outcomes);
    };
    const relay = await startRelay({ limits, store: { ...store, commit } });
    const writer = await relay.client('alice');
    writer.send(event('ev1'));
    await gate.holds(writer);
    const reader = await relay.client('alice', { attach: [{ conversation: 'alice', seq: 0 }] });
    const fresh = await relay.client('alice');
    const agent = await relay.agent();
    const peers = [reader, fresh, agent];
    const frames: Frame[][] = [];
    for (const peer of peers) frames.push(await peer.frames());
    expect(frames.map(positions)).toEqual([[], [], [1]]);
    gate.open();
    await writer.awaitFrame('event');
    for (const [i, peer] of peers.entries()) frames[i]!.push(...(await peer.frames()));
    expect(frames.map(positions)).toEqual([[1], [1], [1]]);
    expect(fresh.attached.seq).toBe(0);
    writer.send(event('ev2'));
    await gate.holds(writer);
    gate.open();
    for (const peer of peers) {
      expect(await peer.awaitFrame('event')).toMatchObject({ id: 'ev2', seq: 2 });
    }
  });
});

describe('a store that fails although it has stored', () => {
  /** Has alice say something that is stored, of which nobody is told so. */
  async function begin() {
    const store = memoryStore();
    const state = { fails: true };
    const commit: Store['commit'] = async (batch) => {
      const outcomes = await store.commit(batch);
      if (state.fails) throw new Error('the answer was lost');
      return outcomes;
    };
    const relay = await startRelay({ store: { ...store, commit } });
    const alice = await relay.client('alice');
    const agent = await relay.agent();
    await alice.nextFrame('signal');
    alice.send(event('ev1'));
    return { state, relay, alice, agent };
  }

  it('has the event handed to the agent, and to all readers once it is said again', async () => {
    const { state, alice, agent } = await begin();
    expect(await alice.nextFrame('error')).toMatchObject({ code: 'unavailable', ref: 'ev1' });
    expect(await agent.nextFrame('event')).toMatchObject({ id: 'ev1', seq: 1 });
    state.fails = false;
    alice.send(event('ev1'));
    expect(await alice.nextFrame('ack')).toMatchObject({ id: 'ev1', seq: 1, status: 'duplicate' });
    expect(await alice.nextFrame('event')).toMatchObject({ id: 'ev1', seq: 1 });
    alice.send(event('ev2'));
    expect(await agent.nextFrame('event')).toMatchObject({ id: 'ev2', seq: 2 });
  });

  it('leaves no hole where it is not said again', async () => {
    const { state, relay, alice, agent } = await begin();
    await alice.nextFrame('error');
    await agent.nextFrame('event');
    const late = await relay.client('alice', { attach: [{ conversation: 'alice', seq: 0 }] });
    state.fails = false;
    alice.send(event('ev2'));
    expect(positions((await alice.nextFrames(3)).slice(1))).toEqual([1, 2]);
    expect(positions(await late.nextFrames(2))).toEqual([1, 2]);
    expect(await agent.nextFrame('event')).toMatchObject({ id: 'ev2', seq: 2 });
  });

  it('shows nobody a turn as running, or a reply as being written, of which the end is in the log', async () => {
    const { state, relay, alice, agent } = await begin();
    await alice.nextFrame('error');
    await agent.nextFrame('event');
    agent.send(turn('tu1', 'alice', 'started'), delta('rp1', 'alice', 0, 'Hel'));
    await alice.nextFrames(2);
    agent.send(reply('rp1', 'alice'), turn('tu1', 'alice', 'ended'));
    expect(await agent.nextFrames(2)).toMatchObject([{ ref: 'rp1' }, { ref: 'tu1' }]);
    state.fails = false;
    alice.send(event('ev2'));
    expect(await alice.nextFrames(5)).toMatchObject([
      { type: 'ack', seq: 4 },
      { id: 'ev1', seq: 1 },
      { id: 'rp1', seq: 2 },
      { id: 'tu1', seq: 3 },
      { id: 'ev2', seq: 4 },
    ]);
    expect(await alice.frames()).toEqual([]);
    const fresh = await relay.client('alice');
    expect(await fresh.frames()).toEqual([]);
  });

  it('keeps what is being written where nothing of it was stored', async () => {
    const store = memoryStore();
    const state = { fails: false };
    const commit: Store['commit'] = (batch) => {
      if (state.fails) throw new Error('disk full');
      return store.commit(batch);
    };
    const relay = await startRelay({ store: { ...store, commit } });
    const alice = await relay.client('alice');
    const agent = await relay.agent();
    await alice.nextFrame('signal');
    agent.send(turn('tu1', 'alice', 'started'), delta('rp1', 'alice', 0, 'Hel'));
    await alice.nextFrames(2);
    state.fails = true;
    agent.send(reply('rp1', 'alice'));
    await agent.nextFrame('error');
    state.fails = false;
    alice.send(event('ev1'));
    await alice.nextFrames(2);
    const fresh = await relay.client('alice');
    expect(await fresh.nextFrames(2)).toMatchObject([{ id: 'tu1' }, { id: 'rp1', content: 'Hel' }]);
  });
});

describe('while the log is being read or opened', () => {
  it('a client is told that the agent came', async () => {
    const store = memoryStore();
    const gate = new Gate();
    const after: Store['after'] = (...args) => gate.hold(() => store.after(...args));
    const relay = await startRelay({ store: { ...store, after } });
    const writer = await relay.client('alice');
    writer.send(event('ev1'));
    await writer.nextFrames(2);
    const reader = await relay.client('alice', { attach: [{ conversation: 'alice', seq: 0 }] });
    expect(reader.attached.agent.online).toBe(false);
    await gate.holds(writer);
    await relay.agent();
    gate.open();
    expect(await reader.nextFrames(2)).toMatchObject([
      { type: 'event', seq: 1 },
      { type: 'signal', kind: 'presence', agent: { online: true } },
    ]);
  });

  it('one that attaches again and again is answered as often, and gets each frame once', async () => {
    const relay = await startRelay({ store: slowStore() });
    const writer = await relay.client('alice');
    writer.send(event('ev1'));
    await writer.nextFrames(2);
    const reader = await relay.client('alice', { attach: [] });
    const attach = { type: 'attach', conversation: 'alice', seq: 0 };
    reader.send(attach, attach, attach);
    const frames = await reader.nextFrames(4);
    expect(frames.map(({ type }) => type)).toEqual(['attached', 'attached', 'attached', 'event']);
    expect(positions(await reader.frames())).toEqual([]);
  });

  /** A relay where alice may use `team` for as long as her token is wide. */
  const startWithTeam = (store: Store) =>
    startRelay({
      store,
      authenticate: ({ token }) => ({
        source: 'alice',
        ...(token === 'wide' && { conversations: ['team'] }),
      }),
      agentTokens: { default: 'token-of-the-agent' },
    });

  it('one that may no longer use the conversation is not attached to it', async () => {
    const store = memoryStore();
    const gate = new Gate();
    const open: Store['open'] = (name, agent) =>
      name === 'team' ? gate.hold(() => store.open(name, agent)) : store.open(name, agent);
    const relay = await startWithTeam({ ...store, open });
    const alice = await relay.client('alice', { token: 'wide', attach: [] });
    alice.send({ type: 'attach', conversation: 'team' }, { type: 'auth', token: 'narrow' });
    await alice.nextFrame('auth');
    gate.open();
    expect(await alice.nextFrame()).toMatchObject({ type: 'error', code: 'forbidden', conversation: 'team' });
  });

  it('one that may no longer use the conversation is not told its past', async () => {
    const store = memoryStore();
    const gate = new Gate();
    const before: Store['before'] = (...args) => gate.hold(() => store.before(...args));
    const relay = await startWithTeam({ ...store, before });
    const alice = await relay.client('alice', { token: 'wide', attach: [] });
    alice.send(event('ev1', { conversation: 'team' }));
    await alice.nextFrame('ack');
    alice.send({ type: 'history', conversation: 'team' });
    expect(await gate.holds(alice)).toEqual([]);
    alice.send({ type: 'auth', token: 'narrow' });
    await alice.nextFrame('auth');
    gate.open();
    expect(await alice.nextFrame()).toMatchObject({ type: 'error', code: 'forbidden', conversation: 'team' });
  });

  it('a cancel does not overtake the event that was said before it', async () => {
    const relay = await startRelay({ store: slowStore() });
    const alice = await relay.client('alice');
    const agent = await relay.agent();
    await alice.nextFrame('signal');
    alice.send(event('ev1'), { type: 'cancel', conversation: 'alice' });
    expect((await agent.nextFrames(2)).map(({ type }) => type)).toEqual(['event', 'cancel']);
    await agent.close();
    await alice.awaitFrame('signal');
    alice.send(event('ev2'), { type: 'cancel', conversation: 'alice' });
    expect(await alice.awaitFrame('error')).toMatchObject({ code: 'agent_offline', conversation: 'alice' });
  });

  it('one that comes back to many long conversations is no slow reader', async () => {
    const relay = await startUnbufferedRelay({
      limits,
      store: await createSqliteStore({ file: path('many.db') }),
    });
    const writer = await relay.client('alice', { attach: [] });
    const names = Array.from({ length: 12 }, (_, i) => `alice/${i}`);
    const ids = ['ev1', 'ev2', 'ev3', 'ev4'];
    for (const conversation of names) {
      writer.send(...ids.map((id) => event(id, { conversation, content: 'x'.repeat(60_000) })));
      for (const id of ids) expect(await writer.nextFrame('ack')).toMatchObject({ id });
    }
    const attach = names.map((conversation) => ({ conversation, seq: 0 }));
    const reader = await RawPeer.open(`${relay.url}/`, 'client');
    reader.send({ type: 'hello', role: 'client', versions: [1], source: 'alice', attach });
    const handed: Frame[] = [];
    while (handed.length < names.length * ids.length) handed.push(await reader.awaitFrame('event'));
    for (const name of names) {
      expect(positions(handed.filter(({ conversation }) => conversation === name))).toEqual([1, 2, 3, 4]);
    }
  });
});

describe('a store that does not open logs for a while', () => {
  it('has a bounded amount of text wait for it, whatever the conversations', async () => {
    const store = memoryStore();
    const gate = new Gate();
    const hanging: Store = { ...store, open: (...args) => gate.hold(() => store.open(...args)) };
    const journal = new Journal(store, new TurnEnd(), silentLogger);
    const stats = new Stats();
    const agents = new Agents(store, silentLogger);
    const conversations = new Conversations(hanging, agents, { journal, stats, logger: silentLogger });
    const told: string[] = [];
    const use = (name: string, size: number) =>
      conversations.use(name, 'default', size, (found) =>
        told.push(typeof found === 'string' ? `${name} ${found}` : name),
      );
    const mebi = 1024 * 1024;
    for (let i = 1; i < 64; i++) use(`alice/${i % 40}`, mebi);
    use('bob', mebi - 64 * 256);
    expect(told).toEqual([]);
    use('carol', 0);
    expect(told.splice(0)).toEqual(['carol failed']);
    gate.open();
    await expect.poll(() => told).toHaveLength(64);
    use('carol', 0);
    gate.open();
    await expect.poll(() => told.at(-1)).toBe('carol');
    expect(told.filter((line) => line.endsWith('failed'))).toEqual([]);
  });
});

describe('a store that cannot let go of a log', () => {
  it.each([
    [
      'throws',
      () => {
        throw new Error('no');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no'))],
  ])('and %s has it logged, and the next one is let go of', async (_, release) => {
    const released: string[] = [];
    const errors: unknown[] = [];
    const logger = { error: (fields: object) => errors.push(fields) } as unknown as Logger;
    const store: Store = {
      ...memoryStore(),
      release: (name) => {
        released.push(name);
        return release();
      },
    };
    const journal = new Journal(store, new TurnEnd(), logger);
    const conversations = new Conversations(store, new Agents(store, logger), {
      journal,
      stats: new Stats(),
      logger,
    });
    for (const name of ['alice', 'bob']) conversations.use(name, 'default', 0, () => {});
    conversations.sweep(Date.now() + 120_000);
    await expect.poll(() => errors).toHaveLength(2);
    expect(released).toEqual(['alice', 'bob']);
  });
});
