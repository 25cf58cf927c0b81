import { describe, expect, it } from 'vitest';
import { delta, event, reply, startRelay, turn } from './support/running-relay.ts';

describe('an event', () => {
  it('is acknowledged, echoed to every device of its participant and handed to the agent', async () => {
    const relay = await startRelay();
    const [phone, laptop] = [await relay.client('alice'), await relay.client('alice')];
    const agent = await relay.agent();
    await Promise.all([phone.nextFrame('signal'), laptop.nextFrame('signal')]);
    phone.send(event('ev1', { sender: { name: 'Alice' }, ext: { 'com.example.crm': { ticket: 7 } } }));
    const { epoch } = phone.attached;
    const stamped = {
      ...event('ev1', { sender: { name: 'Alice' }, ext: { 'com.example.crm': { ticket: 7 } } }),
      source: 'alice',
      conversation: 'alice',
      epoch,
      seq: 1,
    };
    expect(await phone.nextFrames(2)).toEqual([
      { type: 'ack', id: 'ev1', conversation: 'alice', epoch, seq: 1, status: 'accepted' },
      stamped,
    ]);
    expect(await laptop.nextFrame()).toEqual(stamped);
    expect(await agent.nextFrame()).toEqual(stamped);
  });

  it('carries the authenticated source, whatever its sender claims', async () => {
    const relay = await startRelay();
    const alice = await relay.client('alice');
    const agent = await relay.agent();
    alice.send(event('ev1', { source: 'bob' }));
    expect(await agent.nextFrame()).toMatchObject({ source: 'alice', conversation: 'alice' });
  });

  it('gets the next position: 1, 2, 3 … in the order of arrival, per conversation', async () => {
    const relay = await startRelay({ limits: { events: { burst: 1000, perMs: 1000 } } });
    const alice = await relay.client('alice', { attach: [{ conversation: 'alice' }] });
    const ids = Array.from({ length: 100 }, (_, i) => `ev${i}`);
    alice.send(...ids.map((id) => event(id, { conversation: 'alice' })));
    alice.send(event('other', { conversation: 'alice/other' }));
    const frames = await alice.frames();
    const acks = frames.filter(({ type }) => type === 'ack');
    expect(acks.map(({ id, seq }) => [id, seq])).toEqual([...ids.map((id, i) => [id, i + 1]), ['other', 1]]);
    expect(frames.filter(({ type }) => type === 'event').map(({ seq }) => seq)).toEqual(
      ids.map((_, i) => i + 1),
    );
  });

  it('that is repeated is acknowledged as before and delivered no second time', async () => {
    const relay = await startRelay();
    const alice = await relay.client('alice');
    const agent = await relay.agent();
    alice.send(event('ev1'), event('ev1', { timestamp: 1_790_000_009_999 }));
    const acks = (await alice.frames()).filter(({ type }) => type === 'ack');
    expect(acks).toMatchObject([
      { id: 'ev1', seq: 1, status: 'accepted' },
      { id: 'ev1', seq: 1, status: 'duplicate' },
    ]);
    expect(await agent.frames()).toMatchObject([{ id: 'ev1' }]);
    expect(relay.relay.stats()).toMatchObject({ appended: 1, duplicates: 1 });
  });

  it('of a known id but other content is a conflict', async () => {
    const relay = await startRelay();
    const alice = await relay.client('alice');
    alice.send(event('ev1'), event('ev1', { content: 'something else' }));
    expect(await alice.awaitFrame('error')).toMatchObject({
      code: 'conflict',
      ref: 'ev1',
      conversation: 'alice',
    });
  });

  it('of an id that somebody else used in the conversation is a conflict', async () => {
    const relay = await startRelay({ authorize: (_, conversation) => conversation === 'team' });
    const [alice, bob] = [await relay.client('alice'), await relay.client('bob')];
    alice.send(event('ev1', { conversation: 'team' }));
    await alice.nextFrame('ack');
    bob.send(event('ev1', { conversation: 'team' }));
    expect(await bob.nextFrame()).toMatchObject({ code: 'conflict' });
  });

  it('may bear the id of a reply or a turn: an id belongs to its type', async () => {
    const relay = await startRelay();
    const alice = await relay.client('alice');
    const agent = await relay.agent();
    alice.send(event('same'));
    await agent.nextFrame('event');
    agent.send(reply('same', 'alice'), turn('same', 'alice', 'ended', { outcome: 'completed' }));
    expect(await agent.nextFrames(2)).toMatchObject([
      { type: 'ack', seq: 2, status: 'accepted' },
      { type: 'ack', seq: 3, status: 'accepted' },
    ]);
  });

  it('may be shared: everybody who may use the conversation gets it, with its sender', async () => {
    const relay = await startRelay({
      authenticate: ({ claimed = '' }) => ({ source: claimed, conversations: ['team'] }),
      authenticateAgent: () => ({ source: 'default' }),
    });
    const attach = { attach: [{ conversation: 'team' }] };
    const [alice, bob] = [await relay.client('alice', attach), await relay.client('bob', attach)];
    alice.send(event('ev1', { conversation: 'team' }));
    expect(await bob.nextFrame()).toMatchObject({ type: 'event', source: 'alice', conversation: 'team' });
  });

  it('reaches no connection that is not attached to its conversation', async () => {
    const relay = await startRelay();
    const elsewhere = await relay.client('alice', { attach: [{ conversation: 'alice/work' }] });
    const nowhere = await relay.client('alice', { attach: [] });
    const alice = await relay.client('alice');
    alice.send(event('ev1'));
    await alice.nextFrame('ack');
    expect(await elsewhere.frames()).toEqual([]);
    expect(await nowhere.frames()).toEqual([]);
  });
});

describe('a reply', () => {
  it('is stored, acknowledged to the agent and fanned out with its agent, epoch and position', async () => {
    const relay = await startRelay();
    const alice = await relay.client('alice');
    const agent = await relay.agent();
    await alice.nextFrame('signal');
    agent.send(reply('rp1', 'alice', { turn: 'tu1', events: ['ev1'] }));
    const { epoch } = alice.attached;
    expect(await agent.nextFrame()).toEqual({
      type: 'ack',
      id: 'rp1',
      conversation: 'alice',
      epoch,
      seq: 1,
      status: 'accepted',
    });
    expect(await alice.nextFrame()).toEqual({
      ...reply('rp1', 'alice', { turn: 'tu1', events: ['ev1'] }),
      source: 'default',
      epoch,
      seq: 1,
    });
  });

  it('that an agent repeats after a restart is delivered once', async () => {
    const relay = await startRelay();
    const alice = await relay.client('alice');
    const before = await relay.agent();
    before.send(reply('rp1', 'alice'));
    await before.nextFrame('ack');
    await before.close();
    const after = await relay.agent();
    after.send(reply('rp1', 'alice'));
    expect(await after.nextFrame()).toMatchObject({ type: 'ack', seq: 1, status: 'duplicate' });
    const replies = (await alice.frames()).filter(({ type }) => type === 'reply');
    expect(replies).toHaveLength(1);
  });

  it('of any kind but delta is durable', async () => {
    const relay = await startRelay();
    await relay.client('alice');
    const agent = await relay.agent();
    const kinds = [
      'tool',
      'block',
      'final',
      'message',
      'edit',
      'delete',
      'reaction',
      'notice',
      'of-tomorrow',
    ];
    agent.send(...kinds.map((kind) => reply(`rp-${kind}`, 'alice', { kind })));
    expect((await agent.nextFrames(kinds.length)).map(({ seq }) => seq)).toEqual(kinds.map((_, i) => i + 1));
  });

  it('goes to the agent that the conversation was made for, also if the participant changes its agent', async () => {
    let agentOfAlice = 'sales';
    const relay = await startRelay({
      authenticate: ({ claimed = '' }) => ({ source: claimed, agent: agentOfAlice }),
      authenticateAgent: ({ token = '' }) => ({ source: token }),
    });
    const [sales, support] = [await relay.agent({ token: 'sales' }), await relay.agent({ token: 'support' })];
    const alice = await relay.client('alice');
    expect(alice.attached.agent).toMatchObject({ source: 'sales', online: true });
    agentOfAlice = 'support';
    const later = await relay.client('alice');
    later.send(event('ev1'), event('ev2', { conversation: 'alice/new' }));
    expect(await sales.nextFrame()).toMatchObject({ id: 'ev1' });
    expect(await support.nextFrame()).toMatchObject({ id: 'ev2' });
    expect(await sales.frames()).toEqual([]);
  });
});

describe('a turn', () => {
  it('is live until it has ended, which is durable', async () => {
    const relay = await startRelay();
    const alice = await relay.client('alice');
    const agent = await relay.agent();
    await alice.nextFrame('signal');
    agent.send(
      turn('tu1', 'alice', 'accepted', { events: ['ev1'] }),
      turn('tu1', 'alice', 'started', { events: ['ev1'] }),
      turn('tu1', 'alice', 'ended', { events: ['ev1'], outcome: 'completed' }),
    );
    const frames = await alice.nextFrames(3);
    expect(frames.map(({ status, seq, source }) => [status, seq, source])).toEqual([
      ['accepted', undefined, 'default'],
      ['started', undefined, 'default'],
      ['ended', 1, 'default'],
    ]);
    expect(await agent.frames()).toMatchObject([{ type: 'ack', id: 'tu1', seq: 1 }]);
  });
});

describe('live frames', () => {
  it('keep their place among the durable ones', async () => {
    const relay = await startRelay();
    const alice = await relay.client('alice');
    const agent = await relay.agent();
    await alice.nextFrame('signal');
    agent.send(
      turn('tu1', 'alice', 'started'),
      delta('rp1', 'alice', 0, 'one'),
      reply('rp1', 'alice', { kind: 'block' }),
      delta('rp2', 'alice', 0, 'two'),
      reply('rp2', 'alice'),
      turn('tu1', 'alice', 'ended'),
      turn('tu2', 'alice', 'accepted'),
    );
    const frames = await alice.nextFrames(7);
    expect(frames.map(({ id, kind, status }) => `${id} ${kind ?? status}`)).toEqual([
      'tu1 started',
      'rp1 delta',
      'rp1 block',
      'rp2 delta',
      'rp2 final',
      'tu1 ended',
      'tu2 accepted',
    ]);
  });

  it('reach only those who declared to read them', async () => {
    const relay = await startRelay();
    const simple = await relay.client('alice', { capabilities: [] });
    const agent = await relay.agent();
    agent.send(
      delta('rp1', 'alice', 0, 'on'),
      { type: 'signal', kind: 'typing', conversation: 'alice', active: true },
      reply('rp1', 'alice', { content: 'one' }),
    );
    expect(await simple.nextFrame()).toMatchObject({ type: 'reply', kind: 'final', content: 'one' });
    expect(await simple.frames()).toEqual([]);
  });
});
