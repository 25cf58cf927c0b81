import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  announces,
  type Chunk,
  emptyStream,
  loseChunks,
  type ReplyStream,
  supersede,
  takeSnapshot,
} from '../src/reply-stream.ts';

/** Takes snapshots one after the other. @returns The stream, and what became of each. */
function take(snapshots: readonly string[], from: ReplyStream = emptyStream) {
  const chunks: Chunk[] = [];
  let stream = from;
  for (const snapshot of snapshots) {
    const [next, chunk] = takeSnapshot(stream, snapshot);
    stream = next;
    if (chunk !== undefined) chunks.push(chunk);
  }
  return { stream, chunks };
}

/** What a reader makes of chunks. */
const read = (chunks: readonly Chunk[]): string =>
  chunks.reduce((text, { content, replace }) => (replace ? content : text + content), '');

describe('a stream of snapshots', () => {
  it('becomes the chunks that were added', () => {
    expect(take(['Hel', 'Hello', 'Hello, Al']).chunks).toEqual([
      { index: 0, content: 'Hel' },
      { index: 1, content: 'lo' },
      { index: 2, content: ', Al' },
    ]);
  });

  it('says nothing when nothing was added', () => {
    expect(take(['Hello', 'Hello']).chunks).toEqual([{ index: 0, content: 'Hello' }]);
  });

  it('starts the text anew when it was rewritten, and counts on', () => {
    expect(take(['Hello', 'Good day', 'Good day!']).chunks).toEqual([
      { index: 0, content: 'Hello' },
      { index: 1, content: 'Good day', replace: true },
      { index: 2, content: '!' },
    ]);
  });

  it('starts the text anew when it shrank', () => {
    expect(take(['Hello, NO', 'Hello']).chunks.at(-1)).toEqual({ index: 1, content: 'Hello', replace: true });
  });

  it('starts the text anew when chunks were lost', () => {
    const { stream } = take(['Hello']);
    expect(take(['Hello, Al'], loseChunks(stream)).chunks).toEqual([
      { index: 1, content: 'Hello, Al', replace: true },
    ]);
  });

  it('has nothing to start anew when no chunk was written yet', () => {
    expect(take(['Hi'], loseChunks(emptyStream)).chunks).toEqual([{ index: 0, content: 'Hi' }]);
  });

  it('goes on after a block with what lies beyond it, as a reply of its own', () => {
    const { stream } = take(['First.\n\nSec']);
    const { chunks } = take(['First.\n\nSecond.'], supersede(stream, 'First.'));
    expect(chunks).toEqual([{ index: 0, content: 'Second.' }]);
  });

  it('takes all of the text for delivered when a reply says it in other words', () => {
    const { stream } = take(['First']);
    const { chunks } = take(['First\nSecond'], supersede(stream, '[bot] 1st'));
    expect(chunks).toEqual([{ index: 0, content: 'Second' }]);
  });

  it('always adds up to the last snapshot, numbered without holes', () => {
    const snapshots = fc.array(fc.oneof(fc.string(), fc.constantFrom('a', 'ab', 'abc', 'b', 'abcd')), {
      minLength: 1,
    });
    fc.assert(
      fc.property(snapshots, fc.nat(), (texts, lossAt) => {
        const at = lossAt % texts.length;
        const before = take(texts.slice(0, at));
        const after = take(texts.slice(at), loseChunks(before.stream));
        const chunks = [...before.chunks, ...after.chunks];
        expect(read(chunks)).toBe(texts.at(-1));
        expect(chunks.map(({ index }) => index)).toEqual(chunks.map((_, index) => index));
      }),
    );
  });

  it('announces a reply that it lags behind or is ahead of, and no other', () => {
    const { stream } = take(['First.\n\nSec']);
    expect(announces(stream, 'First.\n\nSecond.')).toBe(true);
    expect(announces(stream, 'First.')).toBe(true);
    expect(announces(stream, 'Something else')).toBe(false);
  });
});
