import { describe, expect, it, onTestFinished } from 'vitest';
import { isUsable, resolveAccount } from '../src/accounts.ts';
import { createAgent } from '../src/agent.ts';
import { connectAgent, framesUntilEnded } from './support/connected-agent.ts';
import { createFakeHost } from './support/fake-host.ts';
import { newRecords } from './support/new-records.ts';
import { startWatchedRelay } from './support/watched-relay.ts';

describe('a relay that speaks the tutorial’s wire', () => {
  it('gets replies in its own form, and neither deltas nor turns', async () => {
    const { connection, host } = await connectAgent({ legacy: true });
    connection.sendText(
      JSON.stringify({
        source: 'alice',
        data: { source: 'alice', content: 'Hello', timestamp: '2026-01-01T00:00:00Z' },
      }),
    );
    const { question, listener, end } = await host.run();
    expect(question).toMatchObject({
      source: 'alice',
      conversation: 'alice',
      content: 'Hello',
      timestamp: 1767225600000,
    });
    listener.onAdopted();
    listener.onStarted();
    listener.onTyping(true);
    listener.onPartial('Hel');
    listener.onAnswer({ kind: 'tool', content: 'looked it up' });
    listener.onAnswer({ kind: 'final', content: 'Hello, Alice' });
    end();
    expect(JSON.parse(await connection.nextText())).toEqual({
      type: 'reply',
      content: 'looked it up',
      kind: 'tool',
    });
    expect(JSON.parse(await connection.nextText())).toEqual({
      type: 'reply',
      content: 'Hello, Alice',
      kind: 'final',
    });
    connection.sendText(JSON.stringify({ source: 'alice', data: { text: 'Again' } }));
    (await host.run()).listener.onAnswer({ kind: 'final', content: 'Second' });
    expect(JSON.parse(await connection.nextText())).toMatchObject({ content: 'Second' });
  });

  it('is found again after it was away, whichever wire it speaks then', async () => {
    const { connection, relay, states } = await connectAgent({ legacy: true });
    const { port } = relay;
    await relay.close();
    await connection.closed;
    await expect.poll(() => states.filter(({ status }) => status === 'waiting').length).toBeGreaterThan(2);
    const legacy = await startWatchedRelay({ port, legacy: true });
    await legacy.connection();
    await expect.poll(() => states.at(-1)?.status).toBe('ready');
    await legacy.close();
    const modern = await startWatchedRelay({ port });
    const again = await modern.connection();
    expect((await again.greet()).type).toBe('hello');
    await modern.close();
  });

  it('survives whatever it says', async () => {
    const { connection, host, logged } = await connectAgent({ legacy: true });
    for (const text of [
      'nonsense',
      '{}',
      '{"source":"alice"}',
      '{"source":{},"data":{"content":"x"}}',
      '{"data":{"content":5}}',
    ]) {
      connection.sendText(text);
    }
    connection.sendText('{"source":"alice","data":{"content":"Hello"}}');
    expect((await host.run()).question.content).toBe('Hello');
    expect(logged.some((line) => line.startsWith('Ignored'))).toBe(true);
  });
});

describe('a relay that leaves hello unanswered', () => {
  /** An agent with a reply of an earlier process, whose relay has selected the subprotocol and says nothing. */
  async function setUp({ legacy = false } = {}) {
    const records = newRecords();
    const waiting = { type: 'reply', id: 'r1', conversation: 'alice', kind: 'final', content: 'Hello' };
    records.write({ shelf: 'frames', key: 'r1', value: JSON.stringify(waiting) });
    const relay = await startWatchedRelay({ legacy, selects: true });
    const parts = { host: createFakeHost(), records, version: '0.0.0-test', legacyAfterMs: 20 };
    const agent = createAgent('default', relay.url, { ...parts, backoff: { minMs: 1, maxMs: 20 } });
    onTestFinished(async () => {
      agent.dispose();
      await relay.close();
    });
    const account = resolveAccount({ relayUrl: relay.url });
    if (!isUsable(account)) throw new Error('unusable');
    const log = { info() {}, warn() {}, error() {} };
    agent.start({ account, log, onState() {} });
    const connection = await relay.connection();
    expect(JSON.parse(await connection.nextText())).toMatchObject({ type: 'hello' });
    await expect.poll(() => agent.connected).toBe(true);
    return { relay, connection, records };
  }

  it('gets what was kept for it in v1, where it was merely held up', async () => {
    const { relay, connection, records } = await setUp();
    expect(records.all('frames')).toHaveLength(1);
    connection.sendText('{"type":"error","code":"unavailable","message":"One moment","retryable":true}');
    const again = await relay.connection();
    await again.greet();
    expect(await again.next()).toMatchObject({ type: 'reply', id: 'r1', content: 'Hello' });
    expect(connection.arrivals).toHaveLength(1);
  });

  it('gets what was kept for it once it is heard to speak v0', async () => {
    const { connection, records } = await setUp({ legacy: true });
    connection.sendText('{"source":"alice","data":{"content":"Hi"}}');
    expect(JSON.parse(await connection.nextText())).toEqual({
      type: 'reply',
      content: 'Hello',
      kind: 'final',
    });
    expect(records.all('frames')).toEqual([]);
  });
});

describe('a relay of the core profile, which acknowledges nothing', () => {
  it('gets nothing twice', async () => {
    const { agent, connection, relay, host } = await connectAgent({ acknowledges: false });
    connection.sendText(
      '{"type":"event","id":"ev1","source":"alice","content":"Hello","timestamp":1790000000000}',
    );
    const { listener, end } = await host.run();
    listener.onAnswer({ kind: 'final', content: 'Hello, Alice' });
    end();
    await framesUntilEnded(connection, 'ev1');
    await agent.message({ id: 'm1', conversation: 'alice', content: 'Anything else?' });
    const next = relay.connection();
    connection.cut();
    const again = await next;
    await again.greet();
    again.send({ type: 'ping', id: 'p1' });
    expect(await again.next()).toEqual({ type: 'pong', id: 'p1' });
  });
});
