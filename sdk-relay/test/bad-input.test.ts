import { describe, expect, it } from 'vitest';
import { RawPeer } from './support/raw-peer.ts';
import { delta, event, reply, startRelay, turn } from './support/running-relay.ts';

/** A frame of that many UTF-8 bytes. */
function sized(bytes: number, members: object): string {
  const empty = JSON.stringify({ ...members, padding: '' });
  return JSON.stringify({ ...members, padding: 'x'.repeat(bytes - Buffer.byteLength(empty)) });
}

const nested = (levels: number): unknown => (levels === 0 ? 'deep' : { a: nested(levels - 1) });

describe('a frame that cannot be taken', () => {
  it.each([
    ['is not JSON', '{"type":"event",', { code: 'malformed' }],
    ['is empty', '', { code: 'malformed' }],
    ['is JSON but no object', '[1,2]', { code: 'malformed' }],
    ['is null', 'null', { code: 'malformed' }],
    ['has no type', '{"id":"ev1"}', { code: 'malformed', details: { path: '/type' } }],
    ['has a type that is no string', '{"type":{}}', { code: 'malformed', details: { path: '/type' } }],
    [
      'lacks a member',
      '{"type":"event","id":"ev1","timestamp":1}',
      { code: 'invalid', ref: 'ev1', details: { path: '/content', keyword: 'required' } },
    ],
    [
      'has a member of the wrong type',
      '{"type":"event","id":"ev1","content":"","timestamp":"now"}',
      { code: 'invalid', ref: 'ev1', details: { path: '/timestamp', keyword: 'type', limit: 'integer' } },
    ],
    [
      'numbers itself',
      '{"type":"event","id":"ev1","content":"","timestamp":1,"seq":1}',
      { code: 'invalid', ref: 'ev1', details: { path: '/seq' } },
    ],
    [
      'is nested too deeply',
      JSON.stringify({ ...event('ev1'), ext: nested(16) }),
      { code: 'too_deep', details: { limit: 16 } },
    ],
    ['is nested beyond what a parser recurses', '['.repeat(100_000), { code: 'malformed' }],
    [
      'is nested without end in sight',
      `{"type":"event","ext":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}}`,
      { code: 'too_deep' },
    ],
  ])('since it %s is answered with an error, and the connection goes on', async (_, text, error) => {
    const relay = await startRelay();
    const alice = await relay.client('alice');
    alice.send(text);
    expect(await alice.nextFrame()).toMatchObject({ type: 'error', retryable: false, ...error });
    alice.send(event('after'));
    expect(await alice.nextFrame()).toMatchObject({ type: 'ack', id: 'after' });
  });

  it.each(['abracadabra', '__proto__', 'constructor', 'toString', 'hasOwnProperty', ''])(
    'since its type is %j, which is unknown, is ignored and counted',
    async (type) => {
      const relay = await startRelay();
      const alice = await relay.client('alice');
      alice.send({ type, id: 'x' }, `{"__proto__":{"type":"event"},"type":${JSON.stringify(type)}}`);
      expect(await alice.frames()).toEqual([]);
      expect(relay.relay.stats().unknown).toBe(2);
      expect(Object.keys(relay.relay.stats().frames)).not.toContain(type);
    },
  );

  it('since it is larger than the limit names the limit and its id, and the connection goes on', async () => {
    const relay = await startRelay({ limits: { frameBytes: 2048 } });
    const alice = await relay.client('alice');
    expect(alice.welcome.limits.frameBytes).toBe(2048);
    alice.send(sized(2048, event('fits')));
    expect(await alice.nextFrame()).toMatchObject({ type: 'ack', id: 'fits' });
    await alice.awaitFrame('event');
    alice.send(sized(2049, event('large')), sized(8192, { id: 'huge', type: 'event' }));
    expect(await alice.nextFrame()).toMatchObject({
      code: 'too_large',
      retryable: false,
      ref: 'large',
      details: { limit: 2048 },
    });
    expect(await alice.nextFrame()).toMatchObject({ code: 'too_large', ref: 'huge' });
    expect(await alice.frames()).toEqual([]);
  });

  it('since it is larger than four times the limit ends its own connection alone', async () => {
    const relay = await startRelay({ limits: { frameBytes: 2048 } });
    const alice = await relay.client('alice');
    const bob = await relay.client('bob');
    alice.send(sized(8193, event('vast')));
    expect((await alice.closed()).code).toBe(1009);
    expect(await bob.frames()).toEqual([]);
  });

  it('since its content is longer than this relay takes says so in code points', async () => {
    const relay = await startRelay({ limits: { contentLength: 3 } });
    const alice = await relay.client('alice');
    expect(alice.welcome.limits.contentLength).toBe(3);
    alice.send(event('ev1', { content: '😀😀😀' }), event('ev2', { content: '😀😀😀!' }));
    const frames = await alice.frames();
    expect(frames.map(({ type, id, ref }) => [type, id ?? ref])).toEqual([
      ['error', 'ev2'],
      ['ack', 'ev1'],
      ['event', 'ev1'],
    ]);
    expect(frames[0]).toMatchObject({
      code: 'invalid',
      details: { path: '/content', keyword: 'maxLength', limit: 3 },
    });
  });

  it('since it is binary is answered with an error, and the connection goes on', async () => {
    const relay = await startRelay();
    const alice = await relay.client('alice');
    alice.socket.send(Buffer.from(JSON.stringify(event('ev1'))), { binary: true });
    expect(await alice.nextFrame()).toMatchObject({ code: 'malformed', retryable: false });
    expect(await alice.frames()).toEqual([]);
  });

  it('since it is invalid UTF-8 ends its own connection alone, with 1007', async () => {
    const relay = await startRelay();
    const alice = await relay.client('alice');
    const bob = await relay.client('bob');
    alice.socket.send(Buffer.from([0x22, 0xc3, 0x28, 0x22]), { binary: false });
    expect((await alice.closed()).code).toBe(1007);
    bob.send(event('ev1'));
    expect(await bob.nextFrame()).toMatchObject({ type: 'ack' });
  });

  it('since it breaks RFC 6455 ends its own connection alone', async () => {
    const relay = await startRelay();
    const alice = await relay.client('alice');
    const bob = await relay.client('bob');
    const { socket } = alice as RawPeer;
    (socket as unknown as { _socket: NodeJS.WritableStream })._socket.write(Buffer.from([0xff, 0xff, 0, 0]));
    expect((await alice.closed()).code).toBe(1002);
    expect(await bob.frames()).toEqual([]);
  });
});

describe('a frame about somebody else’s affairs', () => {
  it.each([
    ['an event', event('ev1', { conversation: 'bob' })],
    ['an event for a conversation whose name merely begins alike', event('ev1', { conversation: 'alicea' })],
    ['an attachment', { type: 'attach', conversation: 'bob' }],
    ['a look into the past', { type: 'history', conversation: 'bob' }],
    ['a cancellation', { type: 'cancel', conversation: 'bob' }],
    ['a signal', { type: 'signal', kind: 'typing', conversation: 'bob', active: true }],
    ['a receipt', { type: 'receipt', status: 'read', conversation: 'bob', seq: 1 }],
  ])('is forbidden: %s of a client', async (_, frame) => {
    const relay = await startRelay();
    const bob = await relay.client('bob');
    const alice = await relay.client('alice');
    alice.send(frame);
    expect(await alice.nextFrame()).toMatchObject({
      type: 'error',
      code: 'forbidden',
      conversation: frame.conversation,
      ...('id' in frame && { ref: 'ev1' }),
    });
    expect(await alice.frames()).toEqual([]);
    expect(await bob.frames()).toEqual([]);
  });

  it.each([
    ['a reply', reply('rp1', 'alice')],
    ['a delta', reply('rp1', 'alice', { kind: 'delta', index: 0 })],
    ['a turn', turn('tu1', 'alice', 'accepted')],
    ['a signal', { type: 'signal', kind: 'typing', conversation: 'alice', active: true }],
    ['a received', { type: 'received', conversation: 'alice', events: ['ev1'] }],
    ['a reply in a conversation that nobody has opened', reply('rp1', 'nowhere')],
  ])('is forbidden: %s of an agent that does not serve the conversation', async (_, frame) => {
    const relay = await startRelay({
      authenticate: ({ claimed = 'guest' }) => ({ source: claimed, agent: 'sales' }),
      authenticateAgent: () => ({ source: 'support' }),
    });
    const alice = await relay.client('alice');
    const support = await relay.agent();
    support.send(frame);
    expect(await support.nextFrame()).toMatchObject({ code: 'forbidden', conversation: frame.conversation });
    expect(await support.frames()).toEqual([]);
    expect(await alice.frames()).toEqual([]);
  });

  it('is forbidden: presence is told by the relay alone', async () => {
    const relay = await startRelay();
    const alice = await relay.client('alice');
    const agent = await relay.agent();
    const presence = {
      type: 'signal',
      kind: 'presence',
      conversation: 'alice',
      agent: { source: 'x', online: true },
    };
    alice.send(presence);
    agent.send(presence);
    expect(await alice.awaitFrame('error')).toMatchObject({ code: 'forbidden' });
    expect(await agent.nextFrame()).toMatchObject({ code: 'forbidden' });
  });
});

describe('a peer that keeps sending what cannot be taken', () => {
  it('is dropped with 4400 after the last fault that it may make', async () => {
    const relay = await startRelay({ limits: { faults: { count: 3, perMs: 60_000 } } });
    const alice = await relay.client('alice');
    alice.send('{', '{', '{');
    expect(await alice.frames()).toHaveLength(3);
    alice.send('{');
    expect((await alice.closed()).code).toBe(4400);
    expect(relay.relay.stats()).toMatchObject({ faults: { malformed: 4 }, closes: { 4400: 1 } });
  });

  it('is forgiven faults that lie back', async () => {
    const relay = await startRelay({ limits: { faults: { count: 1, perMs: 5 } } });
    const alice = await relay.client('alice');
    for (let round = 0; round < 5; round++) {
      alice.send('{');
      expect(await alice.nextFrame()).toMatchObject({ code: 'malformed' });
      const forgivenAt = Date.now() + 5;
      while (Date.now() < forgivenAt) await alice.frames();
    }
    expect(await alice.frames()).toEqual([]);
  });
});

describe('an agent that goes on in conversations that a relay has lost', () => {
  it('is refused, but not dropped, until somebody opens them again', async () => {
    const relay = await startRelay();
    const agent = await relay.agent();
    const deltas = Array.from({ length: 30 }, (_, index) => delta('rp1', 'alice', index, 'x'));
    agent.send(...deltas, reply('rp1', 'alice'), turn('tu1', 'alice', 'ended'));
    for (const { id } of [...deltas, { id: 'rp1' }, { id: 'tu1' }]) {
      expect(await agent.nextFrame()).toMatchObject({ code: 'forbidden', ref: id });
    }
    await relay.client('alice');
    agent.send(reply('rp1', 'alice'));
    expect(await agent.nextFrame()).toMatchObject({ type: 'ack', id: 'rp1', seq: 1 });
  });
});

describe('a hook that fails', () => {
  it('is answered with an internal error that leaks nothing, and the connection goes on', async () => {
    const relay = await startRelay({
      authorize: () => {
        throw new Error('secret detail');
      },
    });
    const alice = await relay.client('alice');
    alice.send(event('ev1', { conversation: 'team' }));
    expect(await alice.nextFrame()).toMatchObject({ code: 'internal', retryable: true });
    alice.send(event('ev2'));
    expect(await alice.nextFrame()).toMatchObject({ type: 'ack' });
    expect(alice.texts.join()).not.toContain('secret detail');
  });

  it('while a session is being opened ends nothing, also where the token takes its time', async () => {
    const relay = await startRelay({
      authenticate: async ({ claimed = '' }) => ({ source: claimed }),
      authenticateAgent: () => ({ source: 'default' }),
      authorize: () => {
        throw new Error('secret detail');
      },
    });
    const alice = await RawPeer.open(relay.url, 'client');
    alice.send({
      type: 'hello',
      role: 'client',
      versions: [1],
      source: 'alice',
      attach: [{ conversation: 'team' }, { conversation: 'alice' }],
    });
    expect(await alice.nextFrames(3)).toMatchObject([
      { type: 'welcome' },
      { type: 'error', code: 'internal', conversation: 'team' },
      { type: 'attached', conversation: 'alice' },
    ]);
  });
});
