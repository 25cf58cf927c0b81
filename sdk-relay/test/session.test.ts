import { describe, expect, it } from 'vitest';
import { memoryStore } from '../src/index.ts';
import { RawPeer } from './support/raw-peer.ts';
import { delta, event, startRelay } from './support/running-relay.ts';

const hello = { type: 'hello', role: 'client', versions: [1], source: 'alice' };

describe('hello', () => {
  it('is answered with who the peer is, the limits and the heartbeat', async () => {
    const relay = await startRelay({ heartbeat: { intervalMs: 9000, graceMs: 4000 } });
    const { welcome, attached } = await relay.client('alice');
    expect(welcome).toMatchObject({
      version: 1,
      identity: { source: 'alice' },
      conversation: 'alice',
      heartbeat: { intervalMs: 9000, graceMs: 4000 },
      limits: { frameBytes: 1_048_576, contentLength: 262_144 },
    });
    expect(attached).toMatchObject({
      conversation: 'alice',
      seq: 0,
      recovered: 'complete',
      agent: { source: 'default', online: false },
    });
  });

  it('gives a guest without a name one', async () => {
    const relay = await startRelay();
    const peer = await RawPeer.open(relay.url, 'client');
    peer.send({ ...hello, source: undefined });
    const welcome = await peer.nextFrame('welcome');
    expect(welcome.identity.source).toMatch(/^guest-[0-9a-f]{8}$/);
    expect(welcome.conversation).toBe(welcome.identity.source);
  });

  it('that never comes ends the connection with 4502, a timely one does not', async () => {
    const relay = await startRelay({ helloTimeoutMs: 60 });
    const silent = await RawPeer.open(relay.url, 'client');
    const timely = await relay.client('alice');
    expect((await silent.closed()).code).toBe(4502);
    expect(await timely.frames()).toEqual([]);
  });

  it('is refused a second time, and the connection goes on', async () => {
    const relay = await startRelay();
    const alice = await relay.client('alice');
    alice.send(hello);
    expect(await alice.nextFrame()).toMatchObject({ type: 'error', code: 'unexpected', retryable: false });
    expect(await alice.frames()).toEqual([]);
  });

  it.each([
    ['an event', event('ev1')],
    ['a frame of unknown type', { type: 'abracadabra' }],
    ['no JSON', '{'],
  ])('has to be the first frame: %s is answered with an error and 4400', async (_, first) => {
    const relay = await startRelay();
    const peer = await RawPeer.open(relay.url, 'client');
    peer.send(first);
    expect(await peer.nextFrame()).toMatchObject({ type: 'error', code: 'unexpected' });
    expect((await peer.closed()).code).toBe(4400);
  });

  it('that breaks its schema is refused with the member at fault', async () => {
    const relay = await startRelay();
    const peer = await RawPeer.open(relay.url, 'client');
    peer.send({ ...hello, versions: 'one' });
    expect(await peer.nextFrame()).toMatchObject({ code: 'unexpected', details: { path: '/versions' } });
    expect((await peer.closed()).code).toBe(4400);
  });

  it('without a common version is refused with 4406', async () => {
    const relay = await startRelay();
    const peer = await RawPeer.open(relay.url, 'client');
    peer.send({ ...hello, versions: [2, 3] });
    expect(await peer.nextFrame()).toMatchObject({ code: 'unsupported_version' });
    expect((await peer.closed()).code).toBe(4406);
  });

  it.each([
    ['a client on the path of agents', '/openclaw', 'client'],
    ['an agent on the path of clients', '/', 'agent'],
  ] as const)('of %s is refused with 4403', async (_, path, role) => {
    const relay = await startRelay();
    const peer = await RawPeer.open(relay.url + path, role);
    peer.send({ type: 'hello', role, versions: [1] });
    expect(await peer.nextFrame()).toMatchObject({ code: 'forbidden' });
    expect((await peer.closed()).code).toBe(4403);
  });
});

describe('a token', () => {
  const tokens: Record<string, { source: string; name?: string; expiresAt?: number }> = {
    'token-of-alice': { source: 'alice', name: 'Alice' },
    'token-of-bob': { source: 'bob' },
  };
  const options = {
    authenticate: ({ token }: { token: string | undefined }) => tokens[token ?? ''],
    agentTokens: { default: 'token-of-the-agent' },
  };

  it('tells who the participant is, whatever it claims to be', async () => {
    const relay = await startRelay(options);
    const { welcome } = await relay.client('mallory', { token: 'token-of-alice' });
    expect(welcome.identity).toEqual({ source: 'alice', name: 'Alice' });
  });

  it('may come in the Authorization header', async () => {
    const relay = await startRelay(options);
    const peer = await RawPeer.open(relay.url, 'client', {
      headers: { authorization: 'Bearer token-of-bob' },
    });
    peer.send(hello);
    expect(await peer.nextFrame()).toMatchObject({ type: 'welcome', identity: { source: 'bob' } });
  });

  it.each([
    ['wrong', { token: 'token-of-nobody' }],
    ['missing', {}],
  ])('that is %s is refused with 4401', async (_, members) => {
    const relay = await startRelay(options);
    const peer = await RawPeer.open(relay.url, 'client');
    peer.send({ ...hello, ...members });
    expect(await peer.nextFrame()).toMatchObject({ code: 'unauthenticated', retryable: false });
    expect((await peer.closed()).code).toBe(4401);
  });

  it('of an agent is told apart from a wrong one', async () => {
    const relay = await startRelay(options);
    const agent = await relay.agent({ token: 'token-of-the-agent' });
    expect(agent.welcome.identity).toEqual({ source: 'default' });
    const stranger = await RawPeer.open(relay.agentUrl, 'agent');
    stranger.send({ type: 'hello', role: 'agent', versions: [1], token: 'token-of-the-agenT' });
    expect(await stranger.nextFrame()).toMatchObject({ code: 'unauthenticated' });
    expect((await stranger.closed()).code).toBe(4401);
  });

  it.each([
    ['throws', () => Promise.reject(new Error('secret detail'))],
    ['answers too late', () => new Promise<undefined>(() => {})],
    [
      'throws at once',
      () => {
        throw new Error('secret detail');
      },
    ],
  ])(
    'that cannot be examined since the hook %s, leaves the peer free to come back',
    async (_, authenticate) => {
      const relay = await startRelay({ ...options, authenticate, authenticationTimeoutMs: 30 });
      const peer = await RawPeer.open(relay.url, 'client');
      peer.send(hello);
      expect(await peer.nextFrame()).toMatchObject({ code: 'unavailable', retryable: true });
      expect((await peer.closed()).code).toBe(4500);
      expect(peer.texts.join()).not.toContain('secret detail');
    },
  );

  it('whose examination takes a while holds up nobody else', async () => {
    let decide: (identity: { source: string }) => void = () => {};
    const relay = await startRelay({
      ...options,
      authenticate: ({ token }) =>
        token === 'slow'
          ? new Promise((resolve) => {
              decide = resolve;
            })
          : tokens[token ?? ''],
    });
    const slow = await RawPeer.open(relay.url, 'client');
    slow.send({ ...hello, token: 'slow' });
    slow.send(event('ev1'));
    expect(await slow.nextFrame()).toMatchObject({ code: 'unexpected' });
    slow.send({ type: 'ping' });
    expect(await slow.nextFrame()).toMatchObject({ code: 'unexpected' });
    await relay.client('bob', { token: 'token-of-bob' });
    decide({ source: 'carol' });
    expect(await slow.nextFrame()).toMatchObject({ type: 'welcome', identity: { source: 'carol' } });
  });

  it('that stands for an identity the protocol does not allow is the operator’s error, not the peer’s', async () => {
    const relay = await startRelay({ ...options, authenticate: () => ({ source: 'no/slash' }) });
    const peer = await RawPeer.open(relay.url, 'client');
    peer.send(hello);
    expect(await peer.nextFrame()).toMatchObject({ code: 'internal' });
    expect((await peer.closed()).code).toBe(4500);
  });

  it('ends the connection when it expires', async () => {
    const expiresAt = Date.now() + 300;
    const relay = await startRelay({
      ...options,
      authenticate: () => ({ source: 'alice', expiresAt }),
      helloTimeoutMs: 100,
    });
    const alice = await relay.client('alice');
    expect(alice.welcome.tokenExpiresAt).toBe(expiresAt);
    expect(await alice.awaitFrame('error')).toMatchObject({ code: 'unauthenticated' });
    expect((await alice.closed()).code).toBe(4401);
    expect(Date.now()).toBeGreaterThanOrEqual(expiresAt);
  });

  it('can be renewed by the same identity alone', async () => {
    const renewed = Date.now() + 60_000;
    const relay = await startRelay({
      ...options,
      authenticate: ({ token }) =>
        token === 'fresh' ? { source: 'alice', expiresAt: renewed } : tokens[token ?? ''],
    });
    const alice = await relay.client('alice', { token: 'token-of-alice' });
    alice.send({ type: 'auth', token: 'fresh' });
    expect(await alice.nextFrame()).toEqual({ type: 'auth', tokenExpiresAt: renewed });
    alice.send({ type: 'auth', token: 'token-of-bob' }, { type: 'auth', token: 'nonsense' });
    expect(await alice.nextFrame()).toMatchObject({ code: 'unauthenticated' });
    expect(await alice.nextFrame()).toMatchObject({ code: 'unauthenticated' });
    alice.send(event('ev1'));
    expect(await alice.nextFrame()).toMatchObject({ type: 'ack', conversation: 'alice' });
  });

  it('counts as renewed when that came in time, though the relay was busy until it had expired', async () => {
    const renewed = Date.now() + 60_000;
    let ends = 0;
    const relay = await startRelay({
      ...options,
      authenticate: ({ token }) => {
        if (token === 'fresh') return { source: 'alice', expiresAt: renewed };
        ends = Date.now() + 1400;
        return { source: 'alice', expiresAt: ends };
      },
    });
    const alice = await relay.client('alice');
    alice.send({ type: 'auth', token: 'fresh' });
    while (Date.now() <= ends);
    expect(await alice.nextFrame()).toEqual({ type: 'auth', tokenExpiresAt: renewed });
  });

  it('renewed with fewer rights ends the attachments that it no longer allows', async () => {
    const relay = await startRelay({
      ...options,
      authenticate: ({ token }) => ({ source: 'alice', conversations: token === 'more' ? ['team'] : [] }),
    });
    const alice = await relay.client('alice', { token: 'more', attach: [{ conversation: 'team' }] });
    const bob = await relay.client('alice', { token: 'more', attach: [] });
    alice.send({ type: 'auth', token: 'less' });
    expect(await alice.nextFrame()).toEqual({ type: 'auth' });
    bob.send(event('ev1', { conversation: 'team' }));
    expect(await bob.nextFrame()).toMatchObject({ type: 'ack' });
    expect(await alice.frames()).toEqual([]);
  });

  it('is never logged', async () => {
    const lines: string[] = [];
    const log = (fields: object, message: string) => lines.push(JSON.stringify(fields) + message);
    const relay = await startRelay({ ...options, logger: { debug: log, info: log, warn: log, error: log } });
    await relay.client('alice', { token: 'token-of-alice' });
    const agent = await relay.agent({ token: 'token-of-the-agent' });
    agent.send(delta('rp1', 'nowhere', 0, 'x'));
    await agent.nextFrame('error');
    const stranger = await RawPeer.open(relay.url, 'client');
    stranger.send({ ...hello, token: 'token-of-nobody' });
    await stranger.closed();
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.join()).not.toContain('token-of');
  });
});

describe('a farewell', () => {
  it('of a client ends its connection without an error', async () => {
    const relay = await startRelay();
    const alice = await relay.client('alice');
    alice.send({ type: 'bye', reason: 'done' });
    expect(await alice.closed()).toMatchObject({ code: 1000 });
  });

  it('of the relay says when to come back, after everything that was said before is stored', async () => {
    const relay = await startRelay({ drain: { reconnectAfterMs: 1500 } });
    const alice = await relay.client('alice');
    alice.send(event('ev1'));
    await alice.nextFrame('ack');
    const closed = relay.relay.close();
    expect(await alice.awaitFrame('bye')).toEqual({ type: 'bye', reason: 'drain', reconnectAfterMs: 1500 });
    expect((await alice.closed()).code).toBe(4503);
    await closed;
    await expect(RawPeer.open(relay.url, 'client')).rejects.toThrow();
  });

  it('of the relay waits for a store that hangs only so long', async () => {
    const store = { ...memoryStore(), commit: () => new Promise<never>(() => {}) };
    const relay = await startRelay({ store, drain: { timeoutMs: 30 } });
    const alice = await relay.client('alice');
    alice.send(event('ev1'));
    await alice.frames();
    await relay.relay.close();
    expect((await alice.closed()).code).toBe(4503);
  });

  it('of the relay does not wait for peers that never answer', async () => {
    const relay = await startRelay({ drain: { timeoutMs: 50 } });
    const alice = await relay.client('alice');
    alice.socket.pause();
    await relay.relay.close();
    alice.socket.resume();
    expect((await alice.closed()).code).toBe(4503);
  });
});
