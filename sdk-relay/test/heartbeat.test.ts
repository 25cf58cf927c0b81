import { describe, expect, it } from 'vitest';
import { startRelay } from './support/running-relay.ts';

const heartbeat = { intervalMs: 80, graceMs: 80 };

describe('the heartbeat', () => {
  it('keeps a peer that answers', async () => {
    const relay = await startRelay({ heartbeat });
    const alice = await relay.client('alice');
    const since = Date.now();
    for (let pings = 0; pings < 8; pings++) {
      await alice.nextFrame('ping');
      alice.send({ type: 'pong' });
    }
    expect(Date.now() - since).toBeGreaterThan(heartbeat.intervalMs + heartbeat.graceMs);
    expect((await alice.frames()).filter(({ type }) => type !== 'ping')).toEqual([]);
  });

  it('is heard at least once an interval', async () => {
    const relay = await startRelay({ heartbeat: { intervalMs: 200, graceMs: 200 } });
    const alice = await relay.client('alice');
    for (let last = Date.now(), pings = 0; pings < 4; pings++) {
      await alice.nextFrame('ping');
      expect(Date.now() - last).toBeLessThanOrEqual(200);
      last = Date.now();
      alice.send({ type: 'pong' });
    }
  });

  it('takes any frame for a sign of life', async () => {
    const relay = await startRelay({ heartbeat });
    const alice = await relay.client('alice');
    for (let pings = 0; pings < 5; pings++) {
      await alice.nextFrame('ping');
      alice.send({ type: 'of-tomorrow' });
    }
    await alice.awaitFrame('ping');
  });

  it('drops a silent peer with 4501, and the agent is gone with its connection', async () => {
    const relay = await startRelay({ heartbeat });
    const alice = await relay.client('alice');
    const since = Date.now();
    const agent = await relay.agent();
    alice.socket.on('message', () => alice.send({ type: 'pong' }));
    expect((await agent.closed()).code).toBe(4501);
    expect(Date.now() - since).toBeGreaterThanOrEqual(heartbeat.intervalMs + heartbeat.graceMs);
    const presence = await alice.awaitFrame('signal', (frame) => frame.agent.online === false);
    expect(presence.agent).toEqual({ source: 'default', online: false });
  });

  it('doubts a peer that is only ever spoken to', async () => {
    const relay = await startRelay({ heartbeat });
    const alice = await relay.client('alice');
    const agent = await relay.agent();
    const talking = setInterval(() => {
      agent.send({ type: 'signal', kind: 'typing', conversation: 'alice', active: true });
    }, 5);
    agent.socket.on('close', () => clearInterval(talking));
    try {
      await alice.awaitFrame('ping');
      expect((await alice.closed()).code).toBe(4501);
    } finally {
      clearInterval(talking);
    }
  });

  it('answers pings with their id', async () => {
    const relay = await startRelay();
    const [alice, agent] = [await relay.client('alice', { attach: [] }), await relay.agent()];
    alice.send({ type: 'ping', id: 'p1' }, { type: 'ping' });
    expect(await alice.nextFrames(2)).toEqual([{ type: 'pong', id: 'p1' }, { type: 'pong' }]);
    agent.send({ type: 'ping', id: 'p2' });
    expect(await agent.nextFrame()).toEqual({ type: 'pong', id: 'p2' });
  });
});
