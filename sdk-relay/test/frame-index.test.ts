import { describe, expect, it } from 'vitest';
import { FrameIndex, hashOf } from '../src/store/frame-index.ts';
import type { Append } from '../src/store/store.ts';
import { random } from './support/random.ts';

interface Frame {
  readonly type: Append['type'];
  readonly id: string;
}

const types: readonly Append['type'][] = ['event', 'reply', 'turn'];

describe('the index of a log', () => {
  it.each([
    { seed: 1, before: 0 },
    { seed: 2, before: 0 },
    { seed: 3, before: 2 ** 31 - 5000 },
    { seed: 4, before: 2 ** 32 - 5000 },
  ])('finds what a list finds, whatever is given up meanwhile (after $before frames)', ({ seed, before }) => {
    const draw = random(seed);
    const log: Frame[] = [];
    let first = before + 1;
    const index = new FrameIndex();
    for (let step = 0; step < 20_000; step++) {
      const type = types[draw(types.length)]!;
      const id = `frame-${draw(600)}`;
      const isIt = (frame: Frame | undefined) => frame?.type === type && frame.id === id;
      const listed = log.slice(first - before - 1).findIndex(isIt);
      const found = index.find(hashOf(type, id), (seq) =>
        seq >= first && isIt(log[seq - before - 1]) ? seq : undefined,
      );
      expect(found).toBe(listed === -1 ? undefined : first + listed);
      if (listed === -1) {
        log.push({ type, id });
        index.add(hashOf(type, id), before + log.length, first);
      }
      // Mostly it holds a few hundred, at times it is emptied.
      const most = draw(1000) === 0 ? 0 : 400;
      first = Math.max(first, before + log.length + 1 - most);
    }
    expect(log.length).toBeGreaterThan(10_000);
  });

  it('tells frames of one hash apart by asking', () => {
    const index = new FrameIndex();
    for (const seq of [1, 2, 3]) index.add(7, seq, 1);
    const asked: number[] = [];
    expect(index.find(7, (seq) => void asked.push(seq))).toBeUndefined();
    expect(asked.sort()).toEqual([1, 2, 3]);
    expect(index.find(7, (seq) => (seq === 2 ? 'second' : undefined))).toBe('second');
    expect(index.find(6, () => 'never asked')).toBeUndefined();
  });
});
