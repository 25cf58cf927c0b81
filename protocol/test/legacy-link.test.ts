import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { parseRelayToAgent } from '../src/agent.ts';
import type { Welcome } from '../src/index.ts';
import { createLegacyLink, type LegacyLink } from '../src/legacy.ts';
import type { LinkSocket, LinkState } from '../src/link.ts';
import { createQueue, type RelayKind, startTestRelay, type TestRelay, welcome } from './test-relay.ts';

const relays: TestRelay[] = [];
const links: LegacyLink[] = [];

afterEach(async () => {
  for (const link of links.splice(0)) link.stop();
  for (const relay of relays.splice(0)) await relay.stop();
});

async function start(kind: RelayKind & { readonly legacyAfterMs?: number } = {}) {
  const { legacyAfterMs = 3000 } = kind;
  const relay = await startTestRelay(kind);
  relays.push(relay);
  const messages = createQueue<string>();
  const states = createQueue<LinkState>();
  const welcomes: Welcome[] = [];
  const link = createLegacyLink({
    url: relay.url,
    openSocket: (url, subprotocols) => new WebSocket(url, [...subprotocols]) as LinkSocket,
    parse: parseRelayToAgent,
    hello: () => ({ type: 'hello', role: 'agent', versions: [1] }),
    backoff: { minMs: 10, maxMs: 20 },
    onState: (state) => states.put(state),
    onWelcome: (frame) => welcomes.push(frame),
    onFrame() {},
    legacyAfterMs,
    onLegacyMessage: (text) => messages.put(text),
  });
  links.push(link);
  link.start();
  async function reaches(status: LinkState['status']): Promise<void> {
    while ((await states.take()).status !== status);
  }
  return { relay, link, messages, welcomes, reaches };
}

test('connects to a relay that selects no subprotocol, and says nothing that such a relay does not know', async () => {
  const { relay, link, messages, reaches } = await start({ legacy: true });
  const connection = await relay.connection();
  await reaches('ready');
  expect(link.legacy).toBe(true);
  expect(connection.protocol).toBe('');
  expect(link.write('{"type":"reply","content":"Hello","kind":"final"}')).toBe(true);
  expect(await connection.message()).toEqual({ type: 'reply', content: 'Hello', kind: 'final' });
  connection.sayText('{"source":"bob","data":{"content":"Hi"}}');
  expect(await messages.take()).toBe('{"source":"bob","data":{"content":"Hi"}}');
});

test('speaks v1 to a relay that selects the subprotocol', async () => {
  const { relay, link, welcomes, reaches } = await start();
  const connection = await relay.connection();
  expect(await connection.message()).toEqual({ type: 'hello', role: 'agent', versions: [1] });
  connection.say(welcome);
  await reaches('ready');
  expect(link.legacy).toBe(false);
  expect(welcomes).toEqual([welcome]);
});

test('reads an answer that came while the agent was busy before it gives the relay up', async () => {
  const legacyAfterMs = 1500;
  const { relay, link, reaches } = await start({ legacyAfterMs });
  const connection = await relay.connection();
  await connection.message();
  connection.say(welcome);
  for (const since = performance.now(); performance.now() - since < legacyAfterMs; );
  await reaches('ready');
  expect(link.legacy).toBe(false);
});

test('comes back to a relay of the old kind whose connection was cut', async () => {
  const { relay, link, reaches } = await start({ legacy: true });
  for (let i = 0; i < 3; i++) {
    const connection = await relay.connection();
    await reaches('ready');
    connection.kill();
    await reaches('waiting');
  }
  await reaches('ready');
  expect(link.legacy).toBe(true);
});

test('notices that the relay has learnt the subprotocol', async () => {
  const { relay, link, reaches } = await start({ legacy: true });
  await relay.connection();
  await reaches('ready');
  await relay.stop();
  await relay.start({ legacy: false });
  const connection = await relay.connection();
  await connection.message();
  connection.say(welcome);
  await reaches('ready');
  expect(link.legacy).toBe(false);
});

describe('a relay that selects the subprotocol unawares', () => {
  test('is taken for one of the old kind when it leaves the hello unanswered', async () => {
    const { relay, link, messages, reaches } = await start({ legacyAfterMs: 40 });
    const connection = await relay.connection();
    expect(await connection.message()).toMatchObject({ type: 'hello' });
    await reaches('ready');
    expect(link.legacy).toBe(true);
    link.write('{"type":"reply","content":"Hello","kind":"final"}');
    expect(await connection.message()).toEqual({ type: 'reply', content: 'Hello', kind: 'final' });
    connection.sayText('{"source":"bob","data":{"content":"Hi"}}');
    expect(await messages.take()).toContain('bob');
  });

  test('is taken for one of the old kind when it says what no relay of v1 would say', async () => {
    const { relay, link, messages, reaches } = await start();
    const connection = await relay.connection();
    connection.sayText('{"source":"bob","data":{"content":"Hi"}}');
    await reaches('ready');
    expect(link.legacy).toBe(true);
    expect(await messages.take()).toContain('bob');
  });

  test('is only presumed to be one while it says nothing', async () => {
    const { relay, link, messages, reaches } = await start({ legacyAfterMs: 40 });
    const connection = await relay.connection();
    await reaches('ready');
    expect([link.legacy, link.presumed]).toEqual([true, true]);
    connection.sayText('{"source":"bob","data":{"content":"Hi"}}');
    await messages.take();
    expect([link.legacy, link.presumed]).toEqual([true, false]);
  });

  test('is not presumed to be one where it spoke v1 before, however slow it is', async () => {
    const { relay, link, reaches } = await start({ legacyAfterMs: 40 });
    const first = await relay.connection();
    first.say(welcome);
    await reaches('ready');
    expect([link.legacy, link.presumed]).toEqual([false, false]);
    first.kill();
    await reaches('greeting');
    const slow = await relay.connection();
    await slow.message();
    const other = await start({ legacyAfterMs: 80 });
    await other.reaches('ready');
    expect(link.state.status).toBe('greeting');
    slow.say(welcome);
    await reaches('ready');
    expect(link.legacy).toBe(false);
  });

  test('turns out to speak v1, only slowly: it is asked again', async () => {
    const { relay, link, reaches } = await start({ legacyAfterMs: 40 });
    const slow = await relay.connection();
    await reaches('ready');
    expect(link.legacy).toBe(true);
    slow.say(welcome);
    await reaches('waiting');
    const again = await relay.connection();
    await again.message();
    const other = await start({ legacyAfterMs: 80 });
    await other.reaches('ready');
    expect(link.state.status).toBe('greeting');
    again.say(welcome);
    await reaches('ready');
    expect(link.legacy).toBe(false);
  });
});

test('a relay that does not let v0 in is asked for v1 again, although its code forbids to come back', async () => {
  const { relay, link, reaches } = await start({ legacy: true });
  const connection = await relay.connection();
  await reaches('ready');
  connection.close(4400);
  await reaches('waiting');
  await relay.connection();
  await reaches('ready');
  expect(link.legacy).toBe(true);
});

test('a relay of v1 may forbid to come back', async () => {
  const { relay, reaches } = await start();
  const connection = await relay.connection();
  connection.say(welcome);
  await reaches('ready');
  connection.close(4401);
  await reaches('closed');
});

test('opens no second socket once it is stopped', async () => {
  const { relay, link, reaches } = await start({ legacy: true });
  await reaches('connecting');
  link.stop();
  await reaches('closed');
  expect(link.write('{}')).toBe(false);
  expect(relay.count).toBeLessThanOrEqual(1);
});
