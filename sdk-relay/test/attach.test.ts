import { describe, expect, it } from 'vitest';
import { memoryStore } from '../src/index.ts';
import type { Frame, RawPeer } from './support/raw-peer.ts';
import { delta, event, reply, startRelay, turn } from './support/running-relay.ts';

const many = { limits: { events: { burst: 10_000, perMs: 1000 } } };

/** Submits events and waits until all are stored. */
async function submit(peer: RawPeer, count: number, prefix = 'ev'): Promise<void> {
  for (let i = 1; i <= count; i++) peer.send(event(`${prefix}${i}`));
  for (let i = 1; i <= count; i++) await peer.awaitFrame('ack');
}

const positions = (frames: readonly Frame[]): number[] => frames.map(({ seq }) => seq);

describe('a client that comes back', () => {
  it('is told what it missed, in order, and then what happens', async () => {
    const relay = await startRelay();
    const writer = await relay.client('alice');
    await submit(writer, 5);
    const { epoch } = writer.attached;
    const reader = await relay.client('alice', { attach: [{ conversation: 'alice', epoch, seq: 2 }] });
    expect(reader.attached).toMatchObject({ epoch, seq: 5, recovered: 'complete' });
    expect(positions(await reader.nextFrames(3))).toEqual([3, 4, 5]);
    writer.send(event('ev6'));
    expect(await reader.nextFrame()).toMatchObject({ id: 'ev6', seq: 6 });
  });

  it('with everything is told nothing again', async () => {
    const relay = await startRelay();
    const writer = await relay.client('alice');
    await submit(writer, 3);
    const { epoch } = writer.attached;
    const reader = await relay.client('alice', { attach: [{ conversation: 'alice', epoch, seq: 3 }] });
    expect(reader.attached).toMatchObject({ seq: 3, recovered: 'complete' });
    expect(await reader.frames()).toEqual([]);
  });

  it('for the first time gets all that is kept with position 0, and nothing of the past without one', async () => {
    const relay = await startRelay();
    const writer = await relay.client('alice');
    await submit(writer, 3);
    const all = await relay.client('alice', { attach: [{ conversation: 'alice', seq: 0 }] });
    expect(all.attached).toMatchObject({ recovered: 'complete' });
    expect(positions(await all.frames())).toEqual([1, 2, 3]);
    const live = await relay.client('alice', { attach: [{ conversation: 'alice' }] });
    expect(live.attached).toMatchObject({ seq: 3, recovered: 'complete' });
    expect(await live.frames()).toEqual([]);
  });

  it.each([
    ['is of another log', { epoch: 'anotherEpoch', seq: 2 }],
    ['names no log', { seq: 2 }],
    ['lies beyond the end', { seq: 4 }],
  ])('with a cursor that %s starts anew', async (_, cursor) => {
    const relay = await startRelay();
    const writer = await relay.client('alice');
    await submit(writer, 3);
    const { epoch } = writer.attached;
    const reader = await relay.client('alice', {
      attach: [{ conversation: 'alice', ...(cursor.seq === 4 && { epoch }), ...cursor }],
    });
    expect(reader.attached).toMatchObject({ epoch, seq: 3, recovered: 'reset' });
    expect(positions(await reader.frames())).toEqual([1, 2, 3]);
  });

  it('after too long is told that older frames are gone', async () => {
    const relay = await startRelay({ ...many, store: memoryStore({ frames: 3 }) });
    const writer = await relay.client('alice');
    await submit(writer, 5);
    const { epoch } = writer.attached;
    const cursor = (seq: number) => ({ attach: [{ conversation: 'alice', epoch, seq }] });
    const late = await relay.client('alice', cursor(1));
    expect(late.attached).toMatchObject({ seq: 5, recovered: 'truncated' });
    expect(positions(await late.frames())).toEqual([3, 4, 5]);
    const justInTime = await relay.client('alice', cursor(2));
    expect(justInTime.attached).toMatchObject({ seq: 5, recovered: 'complete' });
    expect(positions(await justInTime.frames())).toEqual([3, 4, 5]);
  });

  it('while others write gets everything once and in order', async () => {
    const relay = await startRelay(many);
    const writer = await relay.client('alice', { attach: [] });
    const total = 600;
    let stored = 0;
    const readers: (RawPeer & { attached: Frame })[] = [];
    for (let i = 1; i <= total; i++) {
      writer.send(event(`ev${i}`));
      if (i % 100 === 50) {
        readers.push(await relay.client('alice', { attach: [{ conversation: 'alice', seq: 0 }] }));
      }
    }
    while (stored < total) {
      await writer.nextFrame('ack');
      stored++;
    }
    for (const reader of readers) {
      expect(positions(await reader.frames())).toEqual(Array.from({ length: total }, (_, i) => i + 1));
    }
  });

  it('in the middle of a stream gets its text so far as one delta', async () => {
    const relay = await startRelay();
    await relay.client('alice');
    const agent = await relay.agent();
    agent.send(
      turn('tu1', 'alice', 'accepted', { events: ['ev1'] }),
      turn('tu1', 'alice', 'started', { events: ['ev1'] }),
      delta('rp1', 'alice', 0, 'Hel', { turn: 'tu1' }),
      delta('rp1', 'alice', 1, 'lo, ', { turn: 'tu1', count: 3 }),
    );
    await agent.frames();
    const reader = await relay.client('alice');
    expect(await reader.nextFrames(2)).toEqual([
      { ...turn('tu1', 'alice', 'started', { events: ['ev1'] }), source: 'default' },
      { ...delta('rp1', 'alice', 0, 'Hello, ', { turn: 'tu1', count: 4, replace: true }), source: 'default' },
    ]);
    agent.send(delta('rp1', 'alice', 4, 'Alice', { turn: 'tu1' }));
    expect(await reader.nextFrame()).toMatchObject({ index: 4, content: 'Alice' });
    agent.send(
      reply('rp1', 'alice', { turn: 'tu1' }),
      turn('tu1', 'alice', 'ended', { outcome: 'completed' }),
    );
    await reader.nextFrames(2);
    const late = await relay.client('alice');
    expect(await late.frames()).toEqual([]);
  });
});

describe('an attachment', () => {
  it('can be added and ended on an open connection', async () => {
    const relay = await startRelay();
    const alice = await relay.client('alice', { attach: [] });
    alice.send({ type: 'attach', conversation: 'alice/work' });
    expect(await alice.nextFrame()).toMatchObject({ type: 'attached', conversation: 'alice/work', seq: 0 });
    const other = await relay.client('alice', { attach: [] });
    other.send(event('ev1', { conversation: 'alice/work' }));
    expect(await alice.nextFrame()).toMatchObject({ type: 'event', id: 'ev1' });
    alice.send({ type: 'detach', conversation: 'alice/work' });
    alice.send({ type: 'detach', conversation: 'alice/never' });
    expect(await alice.frames()).toEqual([]);
    other.send(event('ev2', { conversation: 'alice/work' }));
    await other.awaitFrame('ack', ({ id }) => id === 'ev2');
    expect(await alice.frames()).toEqual([]);
  });

  it('that is asked for again starts anew at the new cursor, and nothing comes twice', async () => {
    const relay = await startRelay();
    const alice = await relay.client('alice');
    await submit(alice, 3);
    await alice.frames();
    alice.send({ type: 'attach', conversation: 'alice', epoch: alice.attached.epoch, seq: 1 });
    expect(await alice.nextFrame()).toMatchObject({ type: 'attached', recovered: 'complete' });
    expect(positions(await alice.frames())).toEqual([2, 3]);
    alice.send(event('ev4'));
    expect((await alice.frames()).filter(({ type }) => type === 'event')).toHaveLength(1);
  });

  it('to several conversations is answered in their order, one refusal spoiling none of the others', async () => {
    const relay = await startRelay();
    const alice = await relay.client('alice', {
      attach: [{ conversation: 'alice/a' }, { conversation: 'bob' }, { conversation: 'alice/b' }],
    });
    expect(alice.attached).toMatchObject({ conversation: 'alice/a' });
    expect(await alice.nextFrames(2)).toMatchObject([
      { type: 'error', code: 'forbidden', conversation: 'bob' },
      { type: 'attached', conversation: 'alice/b' },
    ]);
  });

  it('that is refused is no fault of the connection, however many one hello asks for', async () => {
    const relay = await startRelay({ limits: { faults: { count: 2, perMs: 60_000 } } });
    const strange = Array.from({ length: 60 }, (_, i) => ({ conversation: `bob/${i}` }));
    const alice = await relay.client('alice', { attach: [{ conversation: 'alice' }, ...strange] });
    expect(await alice.frames()).toHaveLength(60);
    alice.send(event('ev1'));
    expect(await alice.nextFrame()).toMatchObject({ type: 'ack' });
  });

  it('is one of a bounded number per connection', async () => {
    const relay = await startRelay({ limits: { attachments: 2 } });
    const alice = await relay.client('alice');
    alice.send({ type: 'attach', conversation: 'alice/2' }, { type: 'attach', conversation: 'alice/3' });
    expect(await alice.nextFrames(2)).toMatchObject([
      { type: 'attached', conversation: 'alice/2' },
      { type: 'error', code: 'forbidden', conversation: 'alice/3', details: { limit: 2 } },
    ]);
    alice.send({ type: 'attach', conversation: 'alice/2' });
    expect(await alice.nextFrame()).toMatchObject({ type: 'attached', conversation: 'alice/2' });
  });
});

describe('history', () => {
  it('is told page by page, back to the beginning', async () => {
    const relay = await startRelay();
    const alice = await relay.client('alice');
    await submit(alice, 5);
    await alice.frames();
    const page = async (members: object): Promise<Frame> => {
      alice.send({ type: 'history', conversation: 'alice', ...members });
      return alice.nextFrame('history');
    };
    const last = await page({ limit: 2 });
    expect(last).toMatchObject({ conversation: 'alice', epoch: alice.attached.epoch, more: true });
    expect(positions(last.frames)).toEqual([4, 5]);
    expect(positions((await page({ limit: 2, before: 4 })).frames)).toEqual([2, 3]);
    expect(await page({ limit: 2, before: 2 })).toMatchObject({
      frames: [{ id: 'ev1', seq: 1 }],
      more: false,
    });
    expect(await page({ before: 1 })).toMatchObject({ frames: [], more: false });
    expect(await page({ limit: 5 })).toMatchObject({ more: false });
  });

  it('of frames too large for one frame is told in smaller pages', async () => {
    const relay = await startRelay({ limits: { frameBytes: 4096 } });
    const alice = await relay.client('alice');
    for (let i = 1; i <= 4; i++) alice.send(event(`ev${i}`, { content: '字'.repeat(500) }));
    await alice.frames();
    alice.send({ type: 'history', conversation: 'alice' });
    const history = await alice.nextFrame('history');
    expect(history.more).toBe(true);
    expect(positions(history.frames)).toEqual([4]);
    expect(Buffer.byteLength(JSON.stringify(history))).toBeLessThan(4096);
  });

  it('of a conversation without frames is empty', async () => {
    const relay = await startRelay();
    const alice = await relay.client('alice');
    alice.send({ type: 'history', conversation: 'alice' });
    expect(await alice.nextFrame('history')).toMatchObject({ frames: [], more: false });
  });
});
