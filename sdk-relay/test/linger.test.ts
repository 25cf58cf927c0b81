import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createRelay } from '../src/index.ts';
import { event, RunningRelay } from './support/running-relay.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

/** A relay, an agent and a client whose socket counts what is written to it. */
async function startCounted() {
  const relay = createRelay({ development: true });
  const server = createServer();
  relay.mount(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    vi.useRealTimers();
    await relay.close();
    server.close();
  });
  const running = new RunningRelay(relay, `ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const agent = await running.agent();
  const connected = once(server, 'connection') as Promise<[Socket]>;
  const client = await running.client('alice');
  await client.frames();
  return { agent, client, write: vi.spyOn((await connected)[0], 'write') };
}

describe('what a client does not wait for', () => {
  it('is written together with the reply', async () => {
    const { agent, client, write } = await startCounted();
    client.send(event('ev1'));
    await agent.nextFrame('event');
    expect(write).not.toHaveBeenCalled();
    agent.send({ type: 'reply', id: 'rp1', conversation: 'alice', kind: 'final', content: 'hi' });
    expect((await client.nextFrames(3)).map(({ type }) => type)).toEqual(['ack', 'event', 'reply']);
    expect(write).toHaveBeenCalledOnce();
  });

  it('is written after 5 ms', async () => {
    const { agent, client, write } = await startCounted();
    client.send(event('ev1'));
    await agent.nextFrame('event');
    vi.advanceTimersByTime(4);
    expect(write).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect((await client.nextFrames(2)).map(({ type }) => type)).toEqual(['ack', 'event']);
    client.send(event('ev2'));
    await agent.nextFrame('event');
    vi.advanceTimersByTime(5);
    expect((await client.nextFrames(2)).map(({ type }) => type)).toEqual(['ack', 'event']);
    expect(write).toHaveBeenCalledTimes(2);
  });

  it('is written at once when it is as much as a socket takes', async () => {
    const { client, write } = await startCounted();
    client.send(event('ev1', { content: 'x'.repeat(70_000) }));
    expect((await client.nextFrames(2)).map(({ type }) => type)).toEqual(['ack', 'event']);
    expect(write).toHaveBeenCalledOnce();
  });
});
