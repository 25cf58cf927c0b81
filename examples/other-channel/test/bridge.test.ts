import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type PackedExample, packExample, type RunningBridge, runBridge } from './packed-bridge.ts';
import { type Connection, type Frame, type RawRelay, startRawRelay } from './raw-relay.ts';

const welcome: Frame = {
  type: 'welcome',
  version: 1,
  session: 'se1',
  identity: { source: 'alice' },
  heartbeat: { intervalMs: 15_000, graceMs: 10_000 },
  limits: { frameBytes: 1_048_576, contentLength: 262_144 },
};
const agent = { source: 'default', online: true, stream: 'token' };
const attached = (seq: number, recovered = 'complete'): Frame => ({
  type: 'attached',
  conversation: 'alice',
  epoch: 'ep1',
  seq,
  recovered,
  agent,
});
const stored = (seq: number, rest: object): Frame =>
  ({ conversation: 'alice', epoch: 'ep1', seq, timestamp: 1_790_000_000_000, ...rest }) as unknown as Frame;
const reply = (seq: number, content: string, kind = 'final'): Frame =>
  stored(seq, { type: 'reply', id: `rp${seq}`, source: 'default', kind, content });

describe('a bridge that has only the packed protocol', { timeout: 30_000 }, () => {
  let packed: PackedExample;
  let relay: RawRelay;
  let bridge: RunningBridge;
  let connection: Connection;

  beforeAll(() => {
    packed = packExample();
  }, 120_000);
  afterAll(() => packed.remove());
  beforeEach(async () => {
    relay = await startRawRelay();
    bridge = runBridge(packed, relay.url);
    connection = await relay.connection();
  });
  afterEach(async () => {
    bridge.kill();
    await bridge.exited;
    await relay.stop();
  });

  /** Greets the bridge, as it may be at its first connection. */
  async function greet(seq = 0): Promise<Frame> {
    const hello = await connection.next();
    connection.say(welcome, attached(seq));
    expect([await bridge.line(), await bridge.line()]).toEqual(['* connected as alice', '* default is here']);
    return hello;
  }

  test('is installed without anything else', () => {
    expect(packed.installed).toEqual(['@websocket-channel']);
  });

  test('opens with hello and the token', async () => {
    expect(await greet()).toMatchObject({ type: 'hello', role: 'client', versions: [1], token: 'secret' });
  });

  test('carries a line to the agent and the reply back', async () => {
    await greet();
    bridge.type('Hello');
    const event = await connection.next();
    expect(event).toMatchObject({ type: 'event', content: 'Hello' });
    connection.say(
      { type: 'ack', id: event.id, conversation: 'alice', epoch: 'ep1', seq: 1, status: 'accepted' },
      stored(1, { ...event, source: 'alice' }),
      { type: 'turn', id: 'tu1', conversation: 'alice', status: 'started', events: [event.id] },
      reply(2, 'Hello, Alice\nHow are you?'),
      stored(3, { type: 'turn', id: 'tu1', status: 'ended', events: [event.id], outcome: 'completed' }),
      reply(4, 'By the way', 'heard_of_later'),
    );
    expect([await bridge.line(), await bridge.line(), await bridge.line(), await bridge.line()]).toEqual([
      '<alice> Hello',
      '<default> Hello, Alice',
      '<default> How are you?',
      '<default> By the way',
    ]);
  });

  test('sends again under the same id what was not acknowledged, and shows nothing twice', async () => {
    await greet(7);
    bridge.type('Hello');
    const event = await connection.next();
    connection.say(reply(8, 'Eight'));
    expect(await bridge.line()).toBe('<default> Eight');
    connection.close(4503);
    expect(await bridge.line()).toMatch(/^\* connection lost/);
    connection = await relay.connection();
    expect(await connection.next()).toMatchObject({
      attach: [{ conversation: 'alice', epoch: 'ep1', seq: 8 }],
    });
    connection.say(welcome, attached(9), reply(8, 'Eight'), reply(9, 'Nine'));
    expect(await connection.next()).toEqual(event);
    expect(await bridge.line()).toBe('* connected as alice');
    expect(await bridge.line()).toBe('* default is here');
    expect(await bridge.line()).toBe('<default> Nine');
  });

  test('asks for what is missing', async () => {
    await greet(2);
    connection.say(reply(5, 'Five'));
    expect(await connection.next()).toEqual({ type: 'attach', conversation: 'alice', epoch: 'ep1', seq: 2 });
    connection.say(attached(5, 'truncated'), reply(4, 'Four'), reply(5, 'Five'));
    expect([await bridge.line(), await bridge.line(), await bridge.line(), await bridge.line()]).toEqual([
      '* older messages are missing',
      '* default is here',
      '<default> Four',
      '<default> Five',
    ]);
  });

  test('says what the relay refuses, and repeats what it refuses for now', async () => {
    await greet();
    bridge.type('Hello');
    const event = await connection.next();
    connection.say({
      type: 'error',
      code: 'rate_limited',
      message: 'Too many',
      retryable: true,
      retryAfterMs: 1,
      ref: event.id,
    });
    expect(await bridge.line()).toBe('! rate_limited: Too many');
    expect(await connection.next()).toEqual(event);
  });

  test('stops a turn and says how it went', async () => {
    await greet();
    bridge.type('/stop');
    expect(await connection.next()).toEqual({ type: 'cancel', conversation: 'alice' });
    connection.say(stored(1, { type: 'turn', id: 'tu1', status: 'ended', events: [], outcome: 'aborted' }));
    expect(await bridge.line()).toBe("* the agent's turn: aborted");
  });

  test('answers an unknown command itself', async () => {
    await greet();
    bridge.type('/dance');
    expect(await bridge.line()).toBe('! no command /dance: say something, /stop or /quit');
  });

  test('lets nobody steer the terminal', async () => {
    await greet();
    connection.say(reply(1, '\u001b[2Jgone'));
    expect(await bridge.line()).toBe('<default>  [2Jgone');
  });

  test('says goodbye and ends', async () => {
    await greet();
    bridge.type('/quit');
    expect(await connection.next()).toEqual({ type: 'bye', reason: 'done' });
    expect(await bridge.exited).toBe(0);
  });

  test('ends when the relay does not want it', async () => {
    await connection.next();
    connection.close(4401);
    expect(await bridge.line()).toMatch(/^\* the relay refuses the connection: /);
    expect(await bridge.exited).toBe(0);
  });
});
