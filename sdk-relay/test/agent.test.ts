import { describe, expect, it } from 'vitest';
import { memoryStore } from '../src/index.ts';
import type { Frame } from './support/raw-peer.ts';
import { event, reply, startRelay, turn } from './support/running-relay.ts';

const received = (...events: string[]) => ({ type: 'received', conversation: 'alice', events });
const ids = (frames: readonly Frame[]) => frames.map(({ id }) => id);

describe('events for an agent that is away', () => {
  it('wait, and are handed over in order when it comes', async () => {
    const relay = await startRelay();
    const alice = await relay.client('alice');
    alice.send(event('ev1'), event('ev2'), event('ev3'));
    await alice.frames();
    const agent = await relay.agent();
    expect(ids(await agent.nextFrames(3))).toEqual(['ev1', 'ev2', 'ev3']);
    alice.send(event('ev4'));
    expect(await agent.nextFrame()).toMatchObject({ id: 'ev4', seq: 4 });
  });

  it('are handed over again until it has taken them over', async () => {
    const relay = await startRelay();
    const alice = await relay.client('alice');
    const first = await relay.agent();
    alice.send(event('ev1'), event('ev2'), event('ev3'));
    await first.nextFrames(3);
    first.send(received('ev2'));
    await first.frames();
    await first.close();
    const second = await relay.agent();
    expect(ids(await second.nextFrames(2))).toEqual(['ev1', 'ev3']);
    second.send(received('ev1', 'ev3', 'ev-unknown'));
    await second.frames();
    await second.close();
    expect(await (await relay.agent()).frames()).toEqual([]);
  });

  it('are not handed over again once a turn that answers them has ended', async () => {
    const relay = await startRelay();
    const alice = await relay.client('alice');
    const first = await relay.agent();
    alice.send(event('ev1'), event('ev2'));
    await first.nextFrames(2);
    first.send(turn('tu1', 'alice', 'ended', { events: ['ev1'], outcome: 'completed' }));
    await first.nextFrame('ack');
    await first.close();
    expect(ids(await (await relay.agent()).frames())).toEqual(['ev2']);
  });

  it('are refused beyond the mailbox, which gives up nothing that was acknowledged', async () => {
    const relay = await startRelay({ store: memoryStore({ mailbox: 2 }) });
    const alice = await relay.client('alice');
    alice.send(event('ev1'), event('ev2'), event('ev3'));
    const frames = await alice.frames();
    expect(frames.filter(({ type }) => type === 'ack')).toHaveLength(2);
    expect(frames.find(({ type }) => type === 'error')).toMatchObject({
      code: 'mailbox_full',
      retryable: true,
      ref: 'ev3',
      conversation: 'alice',
    });
    const agent = await relay.agent();
    expect(ids(await agent.nextFrames(2))).toEqual(['ev1', 'ev2']);
    agent.send(received('ev1'));
    await agent.frames();
    alice.send(event('ev3'));
    expect(await alice.awaitFrame('ack')).toMatchObject({ id: 'ev3', seq: 3, status: 'accepted' });
  });

  it('of many conversations come in the order in which they were stored', async () => {
    const relay = await startRelay();
    const alice = await relay.client('alice', { attach: [] });
    const bob = await relay.client('bob', { attach: [] });
    for (let i = 0; i < 4; i++) {
      alice.send(event(`a${i}`));
      await alice.nextFrame('ack');
      bob.send(event(`b${i}`));
      await bob.nextFrame('ack');
    }
    const agent = await relay.agent();
    expect(ids(await agent.frames())).toEqual(['a0', 'b0', 'a1', 'b1', 'a2', 'b2', 'a3', 'b3']);
  });

  it('are many, and still come all of them, once and in order', async () => {
    const relay = await startRelay({ limits: { events: { burst: 1000, perMs: 1 } } });
    const alice = await relay.client('alice', { attach: [] });
    const sent = Array.from({ length: 500 }, (_, i) => `ev${i}`);
    alice.send(...sent.map((id) => event(id)));
    for (const id of sent) expect(await alice.nextFrame('ack')).toMatchObject({ id });
    const agent = await relay.agent();
    alice.send(event('last'));
    expect(ids(await agent.nextFrames(501))).toEqual([...sent, 'last']);
  });
});

describe('receipts', () => {
  it('tell clients that declared it what the agent took over, once', async () => {
    const relay = await startRelay();
    const alice = await relay.client('alice', { capabilities: ['receipt'] });
    const plain = await relay.client('alice', { capabilities: [] });
    const agent = await relay.agent();
    alice.send(event('ev1'));
    await agent.nextFrame('event');
    agent.send(received('ev1'), received('ev1'));
    const receipts =
      (await agent.frames()) && (await alice.frames()).filter(({ type }) => type === 'receipt');
    expect(receipts).toEqual([
      { type: 'receipt', conversation: 'alice', status: 'delivered', events: ['ev1'] },
    ]);
    expect((await plain.frames()).map(({ type }) => type)).toEqual(['event']);
  });

  it('tell the others what a participant has read', async () => {
    const relay = await startRelay();
    const [phone, laptop] = [
      await relay.client('alice', { capabilities: ['receipt'] }),
      await relay.client('alice', { capabilities: ['receipt'] }),
    ];
    phone.send({ type: 'receipt', conversation: 'alice', status: 'read', seq: 3, source: 'mallory' });
    expect(await laptop.nextFrame()).toEqual({
      type: 'receipt',
      conversation: 'alice',
      status: 'read',
      seq: 3,
      source: 'alice',
    });
    expect(await phone.frames()).toEqual([]);
  });
});

describe('presence', () => {
  it('of the agent is told when it comes and goes', async () => {
    const relay = await startRelay();
    const alice = await relay.client('alice');
    const agent = await relay.agent({ name: 'Claw', stream: 'block' });
    expect(await alice.nextFrame()).toEqual({
      type: 'signal',
      kind: 'presence',
      conversation: 'alice',
      agent: { source: 'default', online: true, stream: 'block', name: 'Claw' },
    });
    await agent.close();
    expect(await alice.nextFrame()).toMatchObject({
      kind: 'presence',
      agent: { source: 'default', online: false },
    });
  });

  it('of the agent is part of every attachment', async () => {
    const relay = await startRelay();
    await relay.agent({ stream: 'none' });
    const alice = await relay.client('alice');
    expect(alice.attached.agent).toEqual({ source: 'default', online: true, stream: 'none' });
  });
});

describe('an agent account that connects a second time', () => {
  it('replaces its first connection, which is told so and closed with 4409', async () => {
    const relay = await startRelay();
    const alice = await relay.client('alice');
    const first = await relay.agent();
    const second = await relay.agent();
    expect(await first.nextFrame()).toEqual({ type: 'bye', reason: 'replaced' });
    expect((await first.closed()).code).toBe(4409);
    alice.send(event('ev1'));
    expect(await second.nextFrame()).toMatchObject({ id: 'ev1' });
    const presences = (await alice.frames()).filter(({ kind }) => kind === 'presence');
    expect(presences.map(({ agent }) => agent.online)).toEqual([true, true]);
  });

  it('is handed what its first connection had not taken over', async () => {
    const relay = await startRelay();
    const alice = await relay.client('alice');
    const first = await relay.agent();
    alice.send(event('ev1'));
    await first.nextFrame('event');
    const second = await relay.agent();
    expect(await second.nextFrame()).toMatchObject({ id: 'ev1' });
  });
});

describe('a cancellation', () => {
  it('is handed to the agent with who asks, from any device', async () => {
    const relay = await startRelay();
    await relay.client('alice');
    const agent = await relay.agent();
    const reloaded = await relay.client('alice', { attach: [] });
    reloaded.send(
      { type: 'cancel', conversation: 'alice', turn: 'tu1', source: 'mallory' },
      { type: 'cancel', conversation: 'alice' },
    );
    expect(await agent.nextFrames(2)).toEqual([
      { type: 'cancel', conversation: 'alice', turn: 'tu1', source: 'alice' },
      { type: 'cancel', conversation: 'alice', source: 'alice' },
    ]);
  });

  it('of an agent that is away is answered so', async () => {
    const relay = await startRelay();
    const alice = await relay.client('alice');
    alice.send({ type: 'cancel', conversation: 'alice' });
    expect(await alice.nextFrame()).toMatchObject({
      code: 'agent_offline',
      retryable: true,
      conversation: 'alice',
    });
  });
});

describe('a signal', () => {
  it('of a client reaches its other devices and the agent, stamped, not itself', async () => {
    const relay = await startRelay();
    const [phone, laptop] = [await relay.client('alice'), await relay.client('alice')];
    const agent = await relay.agent({ capabilities: ['signal'] });
    await Promise.all([phone.nextFrame('signal'), laptop.nextFrame('signal')]);
    phone.send({ type: 'signal', kind: 'typing', conversation: 'alice', active: true, source: 'bob' });
    const told = { type: 'signal', kind: 'typing', conversation: 'alice', active: true, source: 'alice' };
    expect(await laptop.nextFrame()).toEqual(told);
    expect(await agent.nextFrame()).toEqual(told);
    expect(await phone.frames()).toEqual([]);
  });

  it('of the agent reaches the clients, stamped', async () => {
    const relay = await startRelay();
    const alice = await relay.client('alice');
    const agent = await relay.agent();
    await alice.nextFrame('signal');
    agent.send({ type: 'signal', kind: 'typing', conversation: 'alice', active: false, turn: 'tu1' });
    expect(await alice.nextFrame()).toEqual({
      type: 'signal',
      kind: 'typing',
      conversation: 'alice',
      active: false,
      turn: 'tu1',
      source: 'default',
    });
  });

  it('is kept from an agent that did not declare to read it', async () => {
    const relay = await startRelay();
    const alice = await relay.client('alice');
    const agent = await relay.agent({ capabilities: [] });
    alice.send({ type: 'signal', kind: 'typing', conversation: 'alice', active: true });
    await alice.frames();
    expect(await agent.frames()).toEqual([]);
  });
});

describe('a conversation that nobody reads', () => {
  it('is served all the same: a reply is kept for whoever comes', async () => {
    const relay = await startRelay();
    const alice = await relay.client('alice');
    const agent = await relay.agent();
    const { epoch } = alice.attached;
    await alice.close();
    agent.send(reply('rp1', 'alice', { kind: 'message' }));
    expect(await agent.nextFrame()).toMatchObject({ type: 'ack', seq: 1 });
    const back = await relay.client('alice', { attach: [{ conversation: 'alice', epoch, seq: 0 }] });
    expect(await back.nextFrame()).toMatchObject({ type: 'reply', id: 'rp1', seq: 1 });
  });
});
