import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { parseRelayToClient } from '../src/client.ts';
import { encode, type Parsed, type RelayToClient, type Welcome } from '../src/index.ts';
import {
  createLink,
  type Link,
  type LinkOptions,
  type LinkSocket,
  type LinkState,
  type Traffic,
} from '../src/link.ts';
import { createQueue, startTestRelay, type TestConnection, type TestRelay, welcome } from './test-relay.ts';

let relay: TestRelay;
const links: Link[] = [];

beforeEach(async () => {
  relay = await startTestRelay();
});

afterEach(async () => {
  for (const link of links.splice(0)) link.stop();
  await relay.stop();
});

/** A link, with all that it tells. */
function makeLink(options: Partial<LinkOptions<RelayToClient>> = {}) {
  const states = createQueue<LinkState>();
  const frames = createQueue<RelayToClient>();
  const ignored: Parsed<RelayToClient>[] = [];
  const traffic: Traffic[] = [];
  const welcomes: Welcome[] = [];
  const sockets: WebSocket[] = [];
  const link = createLink<RelayToClient>({
    url: relay.url,
    openSocket(url, subprotocols) {
      const socket = new WebSocket(url, [...subprotocols]);
      sockets.push(socket);
      return socket as LinkSocket;
    },
    parse: parseRelayToClient,
    hello: (token) => ({
      type: 'hello',
      role: 'client',
      versions: [1],
      ...(token !== undefined && { token }),
    }),
    backoff: { minMs: 10, maxMs: 20 },
    onState: (state) => states.put(state),
    onWelcome: (frame) => welcomes.push(frame),
    onFrame: (frame) => frames.put(frame),
    onIgnored: (parsed) => ignored.push(parsed),
    onTraffic: (entry) => traffic.push(entry),
    ...options,
  });
  links.push(link);
  /** The next state of this kind; others before it are passed over. */
  async function reaches<Status extends LinkState['status']>(status: Status) {
    for (;;) {
      const state = await states.take();
      if (state.status === status) return state as Extract<LinkState, { status: Status }>;
    }
  }
  return { link, states, frames, ignored, traffic, welcomes, sockets, reaches };
}

/** The relay's side of a new connection, after hello and welcome. */
async function welcomed(heartbeat = welcome.heartbeat): Promise<TestConnection> {
  const connection = await relay.connection();
  await connection.message();
  connection.say({ ...welcome, heartbeat });
  return connection;
}

describe('a link', () => {
  test('says hello, is welcomed, and carries frames both ways', async () => {
    const { link, frames, welcomes, states } = makeLink({ token: async () => 'secret' });
    link.start();
    const connection = await relay.connection();
    expect(connection.protocol).toBe('websocket-channel.v1');
    expect(await connection.message()).toEqual({
      type: 'hello',
      role: 'client',
      versions: [1],
      token: 'secret',
    });
    expect(link.write('{}')).toBe(false);
    connection.say(welcome);
    const passed = [];
    for (let i = 0; i < 4; i++) passed.push((await states.take()).status);
    expect(passed).toEqual(['preparing', 'connecting', 'greeting', 'ready']);
    expect(welcomes).toEqual([welcome]);
    expect(link.write('{"type":"cancel","conversation":"alice"}')).toBe(true);
    expect(await connection.message()).toEqual({ type: 'cancel', conversation: 'alice' });
    connection.say({ type: 'pong', id: 'p1' });
    expect(await frames.take()).toEqual({ type: 'pong', id: 'p1' });
  });

  test('hands on the welcome before it says that it is ready', async () => {
    const order: string[] = [];
    const { link } = makeLink({
      onWelcome: () => order.push(`welcome while ${link.state.status}`),
      onState: (state) => order.push(state.status),
    });
    link.start();
    await welcomed();
    await expect.poll(() => order.length).toBe(5);
    expect(order).toEqual(['preparing', 'connecting', 'greeting', 'welcome while ready', 'ready']);
  });

  test('answers a ping with its id', async () => {
    const { link, reaches } = makeLink();
    link.start();
    const connection = await welcomed();
    await reaches('ready');
    connection.say({ type: 'ping', id: 'p7' });
    expect(await connection.message()).toEqual({ type: 'pong', id: 'p7' });
  });

  test('goes on after what is no legal frame, of an unknown type or binary', async () => {
    const { link, frames, ignored } = makeLink();
    link.start();
    const connection = await welcomed();
    connection.sayText('no JSON');
    connection.sayText('{"type":"unheard_of"}');
    connection.sayText(new Uint8Array([1, 2, 3]));
    connection.sayText('{"type":"ack"}');
    connection.say({ type: 'pong' });
    await frames.take();
    expect(ignored).toMatchObject([
      { status: 'fault', fault: { code: 'malformed' } },
      { status: 'unknown', type: 'unheard_of' },
      { status: 'fault', fault: { code: 'malformed' } },
      { status: 'fault', fault: { code: 'invalid', details: { path: '/id', keyword: 'required' } } },
    ]);
  });

  test('shows all traffic, but for tokens', async () => {
    const { link, traffic, reaches } = makeLink({ token: () => 'sec"ret\\' });
    link.start();
    await welcomed();
    await reaches('ready');
    link.write(encode({ type: 'auth', token: 'secret' }));
    const event = { type: 'event', id: 'ev1', content: '"token":"shown"', timestamp: 1 };
    link.write(encode(event));
    expect(traffic.map(({ direction, text }) => [direction, JSON.parse(text)])).toEqual([
      ['to-relay', { type: 'hello', role: 'client', versions: [1], token: '…' }],
      ['from-relay', welcome],
      ['to-relay', { type: 'auth', token: '…' }],
      ['to-relay', event],
    ]);
  });
});

describe('a link comes back', () => {
  test('after the connection was cut, as often as that happens, with a fresh token each time', async () => {
    let tokens = 0;
    const { link, reaches } = makeLink({ token: () => `token ${++tokens}` });
    link.start();
    for (let i = 1; i <= 5; i++) {
      const connection = await relay.connection();
      expect(await connection.message()).toMatchObject({ token: `token ${i}` });
      connection.say(welcome);
      await reaches('ready');
      connection.kill();
      expect(await reaches('waiting')).toMatchObject({ attempt: i, loss: { code: 0 } });
    }
  });

  test('when a relay that was away listens again', async () => {
    const { link, reaches } = makeLink();
    await relay.stop();
    link.start();
    const { loss } = await reaches('waiting');
    expect(loss).toEqual({ code: 0, reason: expect.stringContaining('ECONNREFUSED') });
    await reaches('waiting');
    await relay.start();
    await welcomed();
    await reaches('ready');
  });

  test('after a relay that goes silent, and drops the half-open connection', async () => {
    const { link, reaches, sockets } = makeLink();
    link.start();
    const connection = await welcomed({ intervalMs: 40, graceMs: 30 });
    await reaches('ready');
    connection.freeze();
    expect((await reaches('waiting')).loss).toEqual({ code: 0, reason: 'timeout while ready' });
    expect(sockets[0]!.readyState).toBeGreaterThan(WebSocket.OPEN);
    await welcomed();
    await reaches('ready');
    connection.kill();
  });

  test('also when the clock was set back meanwhile', async () => {
    const { link, reaches } = makeLink();
    link.start();
    const connection = await welcomed({ intervalMs: 50, graceMs: 50 });
    await reaches('ready');
    connection.freeze();
    const now = Date.now;
    vi.spyOn(Date, 'now').mockImplementation(() => now() - 60 * 60 * 1000);
    onTestFinished(() => void vi.restoreAllMocks());
    expect((await reaches('waiting')).loss.reason).toBe('timeout while ready');
  });

  test('only when even pings stop: any frame within the interval keeps the connection', async () => {
    const { link, reaches } = makeLink();
    link.start();
    const connection = await welcomed({ intervalMs: 100, graceMs: 100 });
    await reaches('ready');
    for (const since = Date.now(); Date.now() - since < 500; ) {
      connection.say({ type: 'ping' });
      await connection.message();
    }
    expect(link.state.status).toBe('ready');
    expect(relay.count).toBe(1);
  });

  test('not when frames came in time and this thread was too busy to read them', async () => {
    const { link, reaches } = makeLink();
    link.start();
    const connection = await welcomed({ intervalMs: 40, graceMs: 40 });
    await reaches('ready');
    connection.say({ type: 'ping', id: 'late' });
    for (const since = Date.now(); Date.now() - since < 200; );
    expect(await connection.message()).toEqual({ type: 'pong', id: 'late' });
  });

  test('after a relay that never welcomes', async () => {
    const { link, reaches } = makeLink({ patienceMs: 500 });
    link.start();
    await relay.connection();
    expect((await reaches('waiting')).loss.reason).toBe('timeout while greeting');
  });

  test('after a socket that never opens', async () => {
    const mute = createServer().listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const { port } = mute.address() as AddressInfo;
    const { link, reaches } = makeLink({ patienceMs: 50, url: `ws://127.0.0.1:${port}` });
    link.start();
    expect((await reaches('waiting')).loss.reason).toBe('timeout while connecting');
    link.stop();
    mute.close();
  });

  test('after a token that is refused or never comes', async () => {
    const answers = [
      () => Promise.reject(new Error('the login is down')),
      () => new Promise<string>(() => {}),
      () => {
        throw new Error('broken');
      },
      () => 'secret',
    ];
    const { link, reaches } = makeLink({ patienceMs: 400, token: () => answers.shift()!() });
    link.start();
    expect((await reaches('waiting')).loss.reason).toBe('no token: Error: the login is down');
    expect((await reaches('waiting')).loss.reason).toBe('timeout while preparing');
    expect((await reaches('waiting')).loss.reason).toBe('no token: Error: broken');
    const connection = await relay.connection();
    expect(await connection.message()).toMatchObject({ token: 'secret' });
    expect(relay.count).toBe(1);
  });

  test('after an address that is none, and says why', async () => {
    const { link, reaches } = makeLink({ url: 'ws://' });
    link.start();
    expect((await reaches('waiting')).loss.reason).toContain('Invalid URL');
  });

  test('when the relay said that it would be back, not before', async () => {
    const { link, reaches } = makeLink({ backoff: { minMs: 1, maxMs: 1 } });
    link.start();
    const connection = await welcomed();
    await reaches('ready');
    connection.say({ type: 'bye', reason: 'drain', reconnectAfterMs: 120 });
    connection.close(4503, 'restarting');
    expect(await reaches('waiting')).toMatchObject({
      delayMs: 120,
      loss: { code: 4503, reason: 'restarting' },
    });
    const left = Date.now();
    await relay.connection();
    expect(Date.now() - left).toBeGreaterThanOrEqual(110);
  });

  test('ever more slowly to a relay that welcomes and closes again and again', async () => {
    const { link, reaches } = makeLink({ backoff: { minMs: 4, maxMs: 1000 } });
    link.start();
    for (let i = 1; i <= 6; i++) {
      (await welcomed()).close(4500);
      const { attempt, delayMs } = await reaches('waiting');
      expect(attempt).toBe(i);
      expect(delayMs).toBeLessThan(4 * 2 ** i);
    }
  });

  test('at once when it is woken', async () => {
    const { link, reaches } = makeLink({ backoff: { minMs: 1e6, maxMs: 1e6 } });
    await relay.stop();
    link.start();
    await reaches('waiting');
    await relay.start();
    link.wake();
    await welcomed();
    await reaches('ready');
  });
});

describe('a link that is woken while it is ready', () => {
  test('asks for a sign of life, and stays when it comes', async () => {
    const { link, reaches, frames } = makeLink();
    link.start();
    const connection = await welcomed();
    await reaches('ready');
    link.wake();
    expect(await connection.message()).toEqual({ type: 'ping' });
    connection.say({ type: 'pong' });
    await frames.take();
    expect(link.state.status).toBe('ready');
  });
});

describe('a link does not come back', () => {
  test.each([4400, 4401, 4409, 4442, 4499])('after %i', async (code) => {
    const { link, reaches } = makeLink();
    link.start();
    (await welcomed()).close(code, 'no');
    expect(await reaches('closed')).toEqual({ status: 'closed', loss: { code, reason: 'no' } });
    link.wake();
    expect(link.state.status).toBe('closed');
    expect(relay.count).toBe(1);
  });

  test.each(['preparing', 'connecting', 'greeting', 'ready', 'waiting'] as const)(
    'when it is stopped while %s',
    async (status) => {
      const { link, reaches, sockets } = makeLink();
      if (status === 'waiting') await relay.stop();
      link.start();
      if (status === 'ready') await welcomed();
      await reaches(status);
      link.stop();
      expect(await reaches('closed')).toEqual({ status: 'closed' });
      expect(link.write('{}')).toBe(false);
      await Promise.all(sockets.map((socket) => expect.poll(() => socket.readyState).toBe(WebSocket.CLOSED)));
      expect(link.state).toEqual({ status: 'closed' });
      if (status === 'waiting') await relay.start();
    },
  );

  test('unless it is started again', async () => {
    const { link, reaches } = makeLink();
    link.start();
    (await welcomed()).close(4401);
    await reaches('closed');
    link.start();
    await welcomed();
    await reaches('ready');
  });

  test('and tells the relay that it leaves', async () => {
    const { link, reaches } = makeLink();
    link.start();
    const connection = await welcomed();
    await reaches('ready');
    link.stop();
    expect(await connection.closed).toBe(1000);
  });
});

test('listeners see the states in order, whatever they do meanwhile', async () => {
  const seen: string[] = [];
  const { link } = makeLink({
    onState({ status }) {
      seen.push(status);
      if (status === 'ready') link.stop();
      seen.push(`after ${status}`);
    },
  });
  link.start();
  await (await welcomed()).closed;
  expect(seen.slice(-4)).toEqual(['ready', 'after ready', 'closed', 'after closed']);
});
