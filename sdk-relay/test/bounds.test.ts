import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { RateLimit } from '../src/rate-limit.ts';
import { RawPeer, upgradeStatus } from './support/raw-peer.ts';
import { delta, event, reply, startRelay, startUnbufferedRelay } from './support/running-relay.ts';

const large = 'x'.repeat(50_000);

describe('the rate of events', () => {
  it('is bounded per participant, told with when to go on, and closes nothing', async () => {
    const relay = await startRelay({ limits: { events: { burst: 3, perMs: 600 } } });
    const [phone, laptop] = [
      await relay.client('alice', { attach: [] }),
      await relay.client('alice', { attach: [] }),
    ];
    const bob = await relay.client('bob', { attach: [] });
    phone.send(event('ev1'), event('ev2'));
    await phone.nextFrames(2);
    laptop.send(event('ev3'), event('ev4'));
    const [refused, accepted] = await laptop.nextFrames(2);
    expect(accepted).toMatchObject({ type: 'ack', id: 'ev3' });
    expect(refused).toMatchObject({ code: 'rate_limited', retryable: true, ref: 'ev4' });
    expect(refused?.retryAfterMs).toBeGreaterThan(0);
    expect(refused?.retryAfterMs).toBeLessThanOrEqual(200);
    bob.send(event('ev1'));
    expect(await bob.nextFrame()).toMatchObject({ type: 'ack' });
    const resumeAt = Date.now() + refused?.retryAfterMs;
    while (Date.now() < resumeAt) await laptop.frames();
    laptop.send(event('ev4'));
    expect(await laptop.nextFrame()).toMatchObject({ type: 'ack', id: 'ev4' });
  });

  it('is a burst, earned again evenly', () => {
    const limit = new RateLimit({ burst: 4, perMs: 1000 });
    const spend = (now: number) => limit.spend('alice', now);
    expect([0, 0, 0, 0].map(spend)).toEqual([0, 0, 0, 0]);
    expect(spend(0)).toBe(250);
    expect(spend(249)).toBe(1);
    expect(spend(250)).toBe(0);
    expect(spend(250)).toBe(250);
    expect(limit.spend('bob', 250)).toBe(0);
    expect([5000, 5000, 5000, 5000].map(spend)).toEqual([0, 0, 0, 0]);
    expect(spend(5000)).toBe(250);
  });

  it('forgets whose allowance is full', () => {
    const limit = new RateLimit({ burst: 1, perMs: 100 });
    limit.spend('alice', 0);
    limit.sweep(99);
    expect(limit.size).toBe(1);
    limit.sweep(100);
    expect(limit.size).toBe(0);
  });

  it('of other frames is bounded too', async () => {
    const relay = await startRelay({ limits: { frames: { burst: 2, perMs: 60_000 } } });
    const alice = await relay.client('alice', { attach: [] });
    const typing = { type: 'signal', kind: 'typing', conversation: 'alice', active: true };
    alice.send(typing, typing);
    expect(await alice.frames()).toEqual([]);
    alice.send(typing);
    expect(await alice.nextFrame()).toMatchObject({ code: 'rate_limited', conversation: 'alice' });
    alice.send(event('ev1'));
    expect(await alice.nextFrame()).toMatchObject({ type: 'ack' });
  });
});

describe('the number of connections', () => {
  it('of one participant is bounded: one more is closed with 4529', async () => {
    const relay = await startRelay({ limits: { connectionsPerIdentity: 2 } });
    const first = await relay.client('alice');
    await relay.client('alice');
    const third = await RawPeer.open(relay.url, 'client');
    third.send({ type: 'hello', role: 'client', versions: [1], source: 'alice' });
    expect(await third.nextFrame()).toMatchObject({
      code: 'unavailable',
      retryable: true,
      details: { limit: 2 },
    });
    expect((await third.closed()).code).toBe(4529);
    await relay.client('bob');
    await first.close();
    await relay.client('alice');
  });

  it('of one address is bounded: one more is refused with 503', async () => {
    const relay = await startRelay({
      limits: { connectionsPerAddress: 2 },
      address: ({ headers }) => String(headers['x-test-address'] ?? 'here'),
    });
    const first = await relay.client('alice');
    await relay.client('bob');
    expect(await upgradeStatus(relay.url)).toBe(503);
    expect(await upgradeStatus(relay.url, { headers: { 'x-test-address': 'there' } })).toBe(101);
    await first.close();
    expect(await upgradeStatus(relay.url)).toBe(101);
    expect(relay.relay.stats().refusedUpgrades).toEqual({ 503: 1 });
  });

  it('in all is bounded', async () => {
    const relay = await startRelay({ limits: { connections: 1 } });
    await relay.client('alice');
    expect(await upgradeStatus(relay.url)).toBe(503);
  });

  it('is counted', async () => {
    const relay = await startRelay();
    const alice = await relay.client('alice');
    const agent = await relay.agent();
    expect(relay.relay.stats().connections).toEqual({ clients: 1, agents: 1 });
    await agent.close();
    await alice.awaitFrame('signal', (frame) => frame.agent.online === false);
    expect(relay.relay.stats().connections).toEqual({ clients: 1, agents: 0 });
  });
});

describe('a reader that does not keep up', () => {
  it('misses live frames, and gets the text as it then is in one delta', async () => {
    const relay = await startUnbufferedRelay();
    const [slow, quick] = [await relay.client('alice'), await relay.client('alice')];
    const agent = await relay.agent();
    await slow.nextFrame('signal');
    slow.socket.pause();
    const count = 100;
    for (let i = 0; i < count; i++) {
      agent.send(delta('rp1', 'alice', i, `${i} ${large}`, { replace: true }));
      await quick.awaitFrame('reply', ({ index }) => index === i);
    }
    const { dropped } = relay.relay.stats();
    expect(dropped).toBeGreaterThan(0);
    slow.socket.resume();
    const last = await slow.awaitFrame('reply', ({ content }) => content.startsWith(`${count - 1} `));
    expect(last).toMatchObject({ index: 0, count, replace: true });
    const told = slow.texts.filter((text) => text.includes('"delta"')).length;
    expect(told).toBeLessThanOrEqual(count - dropped + 1);
    agent.send(delta('rp1', 'alice', count, '!'));
    expect(await slow.nextFrame()).toMatchObject({ index: count, content: '!' });
  });

  it('learns whether the agent is there once it has caught up', async () => {
    const relay = await startUnbufferedRelay();
    const slow = await relay.client('alice');
    const agent = await relay.agent();
    await slow.nextFrame('signal');
    slow.socket.pause();
    for (let i = 0; relay.relay.stats().dropped === 0; i++) {
      agent.send(delta('rp1', 'alice', i, large));
      await agent.frames();
    }
    await agent.close();
    while (relay.relay.stats().connections.agents > 0) await new Promise(setImmediate);
    slow.socket.resume();
    const presence = await slow.awaitFrame('signal');
    expect(presence).toMatchObject({ kind: 'presence', agent: { online: false } });
  });

  it.each([
    ['nothing at all', 0],
    ['a byte of each', 1],
  ])(
    'of durable frames, who reads %s, is closed with 4508 and resumes, others unaffected',
    async (_, bytes) => {
      const relay = await startUnbufferedRelay();
      const [slow, quick] = [await relay.client('alice'), await relay.client('alice')];
      const agent = await relay.agent();
      slow.socket.pause();
      const count = 100;
      for (let i = 1; i <= count; i++) {
        agent.send(reply(`rp${i}`, 'alice', { content: large }));
        await quick.awaitFrame('reply', ({ seq }) => seq === i);
        // The socket beneath the WebSocket, which hands on what it reads.
        if (bytes > 0) (Reflect.get(slow.socket, '_socket') as Socket).read(bytes);
      }
      slow.socket.resume();
      expect((await slow.closed()).code).toBe(4508);
      expect(relay.relay.stats().closes).toEqual({ 4508: 1 });
      const last = slow.texts.filter((text) => text.includes('"seq"')).length;
      expect(last).toBeLessThan(count);
      const cursor = { conversation: 'alice', epoch: slow.attached.epoch, seq: last - 1 };
      const back = await relay.client('alice', { attach: [cursor] });
      expect(back.attached.recovered).not.toBe('reset');
      await back.awaitFrame('reply', ({ seq }) => seq === count);
    },
  );

  it('of a replay is waited for', async () => {
    const relay = await startUnbufferedRelay();
    await relay.client('alice');
    const agent = await relay.agent();
    const count = 38;
    for (let i = 1; i <= count; i++) agent.send(reply(`rp${i}`, 'alice', { content: large }));
    for (let i = 1; i <= count; i++) await agent.nextFrame('ack');
    const late = await RawPeer.open(`${relay.url}/`, 'client');
    late.send({
      type: 'hello',
      role: 'client',
      versions: [1],
      source: 'alice',
      attach: [{ conversation: 'alice', seq: 0 }],
    });
    await late.nextFrame('welcome');
    late.socket.pause();
    agent.send(reply('last', 'alice'));
    await agent.nextFrame('ack');
    late.socket.resume();
    await late.nextFrame('attached');
    for (let i = 1; i <= count + 1; i++) expect(await late.nextFrame('reply')).toMatchObject({ seq: i });
  });

  it('among agents is fed from the mailbox as it takes the events', async () => {
    const relay = await startUnbufferedRelay({ limits: { events: { burst: 1000, perMs: 1 } } });
    const alice = await relay.client('alice', { attach: [] });
    const agent = await relay.agent();
    agent.socket.pause();
    const count = 100;
    for (let i = 1; i <= count; i++) {
      alice.send(event(`ev${i}`, { content: large }));
      await alice.nextFrame('ack');
    }
    agent.socket.resume();
    for (let i = 1; i <= count; i++) expect(await agent.nextFrame('event')).toMatchObject({ seq: i });
    expect(await agent.frames()).toEqual([]);
    expect(relay.relay.stats().closes).toEqual({});
  });
});
