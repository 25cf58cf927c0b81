import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Drafts } from '../src/draft.ts';
import { delta, reply, startRelay, turn } from './support/running-relay.ts';

describe('a streamed reply', () => {
  it('reaches its readers chunk by chunk, as the agent wrote it', async () => {
    const relay = await startRelay();
    const alice = await relay.client('alice');
    const agent = await relay.agent();
    await alice.nextFrame('signal');
    const chunks = ['Hel', 'lo, ', '世界 "\\', '\n'].map((text, i) => delta('rp1', 'alice', i, text));
    agent.send(...chunks);
    expect(await alice.nextFrames(4)).toEqual(chunks.map((chunk) => ({ ...chunk, source: 'default' })));
    expect(await agent.frames()).toEqual([]);
  });

  it('is not told twice where the agent repeats chunks', async () => {
    const relay = await startRelay();
    const alice = await relay.client('alice');
    const agent = await relay.agent();
    await alice.nextFrame('signal');
    agent.send(delta('rp1', 'alice', 0, 'a'), delta('rp1', 'alice', 0, 'a'), delta('rp1', 'alice', 1, 'b'));
    await agent.frames();
    expect((await alice.frames()).map(({ index }) => index)).toEqual([0, 1]);
  });

  it('is no draft any more once its reply or the end of its turn is said again', async () => {
    const relay = await startRelay();
    await (await relay.client('alice')).close();
    const agent = await relay.agent();
    const said = [
      turn('tu1', 'alice', 'started'),
      delta('rp1', 'alice', 0, 'a'),
      reply('rp1', 'alice'),
      delta('rp2', 'alice', 0, 'b', { turn: 'tu1' }),
      turn('tu1', 'alice', 'ended', { outcome: 'completed' }),
    ];
    agent.send(...said, ...said);
    const acks = (await agent.nextFrames(4)).map(({ id, status }) => `${id} ${status}`);
    expect(acks).toEqual(['rp1 accepted', 'tu1 accepted', 'rp1 duplicate', 'tu1 duplicate']);
    expect(await (await relay.client('alice')).frames()).toEqual([]);
  });

  it('leaves no hole in the positions of the log', async () => {
    const relay = await startRelay();
    const alice = await relay.client('alice');
    const agent = await relay.agent();
    agent.send(reply('rp1', 'alice'), delta('rp2', 'alice', 0, 'a'), reply('rp2', 'alice'));
    await agent.frames();
    const frames = (await alice.frames()).filter(({ type }) => type === 'reply');
    expect(frames.map(({ seq }) => seq)).toEqual([1, undefined, 2]);
  });
});

const chunk = (index: number | undefined, content: string, more: object = {}) =>
  ({
    type: 'reply',
    id: 'rp1',
    conversation: 'alice',
    kind: 'delta',
    ...(index !== undefined && { index }),
    content,
    ...more,
  }) as const;

const resumed = (drafts: Drafts) =>
  drafts.resumption('alice', 'default').map(({ id, count, content, index, replace }) => {
    expect([index, replace]).toEqual([0, true]);
    return [id, count, content];
  });

describe('a draft', () => {
  it('holds the text and the number of chunks, however they were merged', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), fc.integer({ min: 1, max: 9 }))), (chunks) => {
        const drafts = new Drafts();
        let next = 0;
        for (const [content, count] of chunks) {
          expect(drafts.apply(chunk(next, content, { count }))).toBe(true);
          expect(drafts.apply(chunk(next, content, { count }))).toBe(false);
          next += count;
        }
        const text = chunks.map(([content]) => content).join('');
        expect(resumed(drafts)).toEqual(chunks.length === 0 ? [] : [['rp1', next, text]]);
      }),
    );
  });

  it('continues without indices', () => {
    const drafts = new Drafts();
    drafts.apply(chunk(undefined, 'a'));
    drafts.apply(chunk(undefined, 'b'));
    expect(resumed(drafts)).toEqual([['rp1', 2, 'ab']]);
  });

  it('starts anew where a delta replaces it, and counts on', () => {
    const drafts = new Drafts();
    drafts.apply(chunk(0, 'first'));
    expect(drafts.apply(chunk(1, 'second', { replace: true }))).toBe(true);
    drafts.apply(chunk(2, '!'));
    expect(resumed(drafts)).toEqual([['rp1', 3, 'second!']]);
  });

  it('of which chunks are missing is not resumed, until it is replaced', () => {
    const drafts = new Drafts();
    drafts.apply(chunk(0, 'a'));
    expect(drafts.apply(chunk(2, 'c'))).toBe(true);
    expect(resumed(drafts)).toEqual([]);
    drafts.apply(chunk(3, 'abcd', { replace: true }));
    expect(resumed(drafts)).toEqual([['rp1', 4, 'abcd']]);
  });

  it('that begins in the middle is not resumed', () => {
    const drafts = new Drafts();
    drafts.apply(chunk(5, 'f'));
    expect(resumed(drafts)).toEqual([]);
  });

  it('is kept up to the length of a reply', () => {
    const drafts = new Drafts();
    drafts.apply(chunk(0, 'x'.repeat(262_143)));
    drafts.apply(chunk(1, 'y'));
    expect(resumed(drafts)[0]?.[1]).toBe(2);
    drafts.apply(chunk(2, 'z'));
    expect(resumed(drafts)).toEqual([]);
  });

  it('is one of the newest eight of its conversation', () => {
    const drafts = new Drafts();
    for (let i = 1; i <= 9; i++) drafts.apply(chunk(0, 'x', { id: `rp${i}` }));
    expect(resumed(drafts).map(([id]) => id)).toEqual([
      'rp2',
      'rp3',
      'rp4',
      'rp5',
      'rp6',
      'rp7',
      'rp8',
      'rp9',
    ]);
  });

  it('ends with its reply or its turn', () => {
    const drafts = new Drafts();
    drafts.apply(chunk(0, 'a', { id: 'rp1', turn: 'tu1' }));
    drafts.apply(chunk(0, 'b', { id: 'rp2', turn: 'tu1' }));
    drafts.apply(chunk(0, 'c', { id: 'rp3', turn: 'tu2' }));
    drafts.end('rp1');
    expect(resumed(drafts).map(([id]) => id)).toEqual(['rp2', 'rp3']);
    drafts.endTurn('tu1');
    expect(resumed(drafts).map(([id]) => id)).toEqual(['rp3']);
  });
});
