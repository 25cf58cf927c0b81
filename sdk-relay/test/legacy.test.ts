import { limits } from '@websocket-channel/protocol';
import { describe, expect, it } from 'vitest';
import { RawPeer, upgradeStatus } from './support/raw-peer.ts';
import { delta, event, reply, startRelay, turn } from './support/running-relay.ts';

const frontend = (url: string) => RawPeer.open(url, 'legacy', { protocols: [] });
const plugin = (url: string) => RawPeer.open(`${url}/openclaw`, 'legacy', { protocols: [] });
const said = { source: 'alice', content: '你好', timestamp: '2026-01-01T00:00:00.000Z' };

describe('the tutorial’s frontend', () => {
  it('is told the replies to what it says, and nothing else', async () => {
    const relay = await startRelay({ legacy: true });
    const page = await frontend(relay.url);
    const agent = await relay.agent();
    page.send(said);
    expect(await agent.nextFrame()).toMatchObject({
      type: 'event',
      source: 'alice',
      conversation: 'alice',
      content: '你好',
      timestamp: Date.parse(said.timestamp),
      seq: 1,
    });
    agent.send(
      turn('tu1', 'alice', 'accepted'),
      delta('rp1', 'alice', 0, 'Hel'),
      reply('rp0', 'alice', { kind: 'tool', content: 'Read 3 files' }),
      reply('rp1', 'alice', { kind: 'final', content: 'Hello' }),
      turn('tu1', 'alice', 'ended'),
      reply('rp2', 'alice', { kind: 'message', content: 'By the way' }),
    );
    expect(await page.nextFrames(3)).toEqual([
      { type: 'reply', kind: 'tool', content: 'Read 3 files' },
      { type: 'reply', kind: 'final', content: 'Hello' },
      { type: 'reply', kind: 'final', content: 'By the way' },
    ]);
    expect(page.texts).toHaveLength(3);
  });

  it('may say text for content, and be any guest by its first event', async () => {
    const relay = await startRelay({ legacy: true });
    const page = await frontend(relay.url);
    const agent = await relay.agent();
    page.send({ source: '小明', text: 'hi' }, { source: 'somebody else', text: 'again' });
    const [first, second] = await agent.nextFrames(2);
    expect(first).toMatchObject({ source: encodeURIComponent('小明'), content: 'hi' });
    expect(second).toMatchObject({ source: encodeURIComponent('小明'), content: 'again' });
  });

  it('is the participant that its request proves, whatever it claims', async () => {
    const relay = await startRelay({
      legacy: true,
      authenticate: ({ token }) => (token === 'good' ? { source: 'bob' } : undefined),
      agentTokens: { default: 'token-of-the-agent' },
    });
    expect(await upgradeStatus(relay.url, { protocols: [] })).toBe(401);
    const page = await RawPeer.open(relay.url, 'legacy', {
      protocols: [],
      headers: { authorization: 'Bearer good' },
    });
    const agent = await relay.agent({ token: 'token-of-the-agent' });
    agent.send(reply('rp1', 'bob', { kind: 'message' }));
    expect(await page.nextFrame()).toMatchObject({ type: 'reply' });
    page.send(said);
    expect(await agent.awaitFrame('event')).toMatchObject({ source: 'bob', conversation: 'bob' });
  });

  it('is refused when the relay closes while its token is examined', async () => {
    let prove = (): void => {};
    const proved = new Promise<{ source: string }>((resolve) => {
      prove = () => resolve({ source: 'alice' });
    });
    let asked = (): void => {};
    const examined = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const relay = await startRelay({
      legacy: true,
      authenticate: () => {
        asked();
        return proved;
      },
      agentTokens: { default: 'x' },
    });
    const status = upgradeStatus(relay.url, { protocols: [] });
    await examined;
    const closed = relay.relay.close();
    prove();
    expect(await status).toBe(503);
    await closed;
  });

  it('is refused politely while its token cannot be examined', async () => {
    const relay = await startRelay({
      legacy: true,
      authenticate: () => Promise.reject(new Error('no')),
      agentTokens: { default: 'x' },
    });
    expect(await upgradeStatus(relay.url, { protocols: [] })).toBe(503);
  });

  it('that keeps talking nonsense is dropped, one slip is forgiven', async () => {
    const relay = await startRelay({ legacy: true, limits: { faults: { count: 2, perMs: 60_000 } } });
    const page = await frontend(relay.url);
    const agent = await relay.agent();
    page.send('nonsense', '{"content":1}');
    page.send(said);
    expect(await agent.nextFrame()).toMatchObject({ content: '你好' });
    page.send('nonsense');
    expect((await page.closed()).code).toBe(4400);
  });
});

describe('the tutorial’s plugin', () => {
  it('is told events, and its replies go to the conversation of the last one', async () => {
    const relay = await startRelay({ legacy: true });
    const [alice, bob] = [await relay.client('alice'), await relay.client('bob')];
    const agent = await plugin(relay.url);
    expect(await alice.nextFrame('signal')).toMatchObject({ agent: { online: true, stream: 'none' } });
    await bob.nextFrame('signal');
    alice.send(event('ev1'));
    expect(await agent.nextFrame()).toEqual({
      source: 'alice',
      data: {
        source: 'alice',
        content: 'content of ev1',
        timestamp: new Date(1_790_000_000_000).toISOString(),
      },
    });
    expect(await alice.nextFrames(3)).toMatchObject([
      { type: 'ack' },
      { type: 'event' },
      { type: 'turn', status: 'accepted', events: ['ev1'] },
    ]);
    agent.send(
      { type: 'reply', content: 'working', kind: 'block' },
      { type: 'reply', content: 'done', kind: 'final' },
    );
    const [block, final, ended] = await alice.nextFrames(3);
    expect(block).toMatchObject({
      kind: 'block',
      content: 'working',
      source: 'default',
      seq: 2,
      events: ['ev1'],
    });
    expect(final).toMatchObject({ kind: 'final', content: 'done', seq: 3, turn: block?.turn });
    expect(ended).toMatchObject({
      type: 'turn',
      id: block?.turn,
      status: 'ended',
      outcome: 'completed',
      seq: 4,
    });
    bob.send(event('ev1'));
    await agent.nextFrame();
    agent.send({ type: 'reply', content: 'hi Bob' });
    expect(await bob.awaitFrame('reply')).toMatchObject({
      conversation: 'bob',
      kind: 'final',
      content: 'hi Bob',
    });
    expect(await alice.frames()).toEqual([]);
  });

  it('takes over what it is told: nothing is told again', async () => {
    const relay = await startRelay({ legacy: true });
    const alice = await relay.client('alice');
    alice.send(event('ev1'), event('ev2'));
    await alice.frames();
    const agent = await plugin(relay.url);
    expect(await agent.nextFrames(2)).toMatchObject([
      { data: { content: 'content of ev1' } },
      { data: { content: 'content of ev2' } },
    ]);
    await agent.close();
    expect(await (await relay.agent()).frames()).toEqual([]);
  });

  it('answers several events in one turn, and a turn that it leaves behind has failed', async () => {
    const relay = await startRelay({ legacy: true });
    const alice = await relay.client('alice');
    const agent = await plugin(relay.url);
    alice.send(event('ev1'), event('ev2'));
    await agent.nextFrames(2);
    const first = await alice.awaitFrame('turn');
    expect(await alice.awaitFrame('turn')).toMatchObject({ id: first.id, events: ['ev1', 'ev2'] });
    await agent.close();
    expect(await alice.awaitFrame('turn')).toMatchObject({
      id: first.id,
      status: 'ended',
      outcome: 'failed',
      error: { code: 'agent_offline' },
    });
  });

  it('with nothing to reply to, or a frame that is no reply, changes nothing', async () => {
    const relay = await startRelay({ legacy: true });
    const alice = await relay.client('alice');
    const agent = await plugin(relay.url);
    agent.send(
      { type: 'reply', content: 'too early' },
      'nonsense',
      { type: 'reply', content: 1 },
      { type: 'hm' },
    );
    alice.send(event('ev1'));
    await agent.nextFrame();
    agent.send({ type: 'reply', content: 'now', kind: 'of-tomorrow' });
    expect(await alice.awaitFrame('reply')).toMatchObject({ content: 'now', kind: 'final' });
    expect(relay.relay.stats()).toMatchObject({
      unknown: 1,
      faults: { unexpected: 1, malformed: 1, invalid: 1 },
    });
  });

  it('that never says a final has its turn ended when that names as many events as it may', async () => {
    const count = limits.events + 1;
    const relay = await startRelay({ legacy: true, limits: { events: { burst: count, perMs: 60_000 } } });
    const alice = await relay.client('alice');
    await plugin(relay.url);
    await alice.nextFrame('signal');
    const ids = Array.from({ length: count }, (_, i) => `ev${i}`);
    alice.send(...ids.map((id) => event(id)));
    expect(await alice.awaitFrame('turn', ({ status }) => status === 'ended')).toMatchObject({
      outcome: 'completed',
      events: ids.slice(0, -1),
    });
    expect(await alice.awaitFrame('turn')).toMatchObject({ status: 'accepted', events: ids.slice(-1) });
  });

  it('is replaced by a newer connection of the account', async () => {
    const relay = await startRelay({ legacy: true });
    const old = await plugin(relay.url);
    await relay.agent();
    expect((await old.closed()).code).toBe(4409);
    expect(old.texts).toEqual([]);
  });

  it('serves the tutorial’s frontend: v0 on both sides', async () => {
    const relay = await startRelay({ legacy: true });
    const [page, agent] = [await frontend(relay.url), await plugin(relay.url)];
    page.send(said);
    expect(await agent.nextFrame()).toEqual({ source: 'alice', data: said });
    agent.send({ type: 'reply', content: '你好！', kind: 'final' });
    expect(await page.nextFrame()).toEqual({ type: 'reply', content: '你好！', kind: 'final' });
  });

  it('is pinged below its wire, and dropped when it is silent', async () => {
    const relay = await startRelay({
      legacy: true,
      heartbeat: { intervalMs: 60, graceMs: 60 },
      drain: { timeoutMs: 50 },
    });
    const [page, agent] = [await frontend(relay.url), await plugin(relay.url)];
    await new Promise((resolve) => page.socket.once('ping', resolve));
    agent.socket.pause();
    const alice = await relay.client('alice');
    alice.socket.on('message', () => alice.send({ type: 'pong' }));
    await alice.awaitFrame('signal', (frame) => frame.agent.online === false);
    expect(page.socket.readyState).toBe(page.socket.OPEN);
  });
});
