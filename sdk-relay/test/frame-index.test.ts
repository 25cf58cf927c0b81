import { describe, expect, it } from 'vitest';
import { FrameIndex } from '../src/store/frame-index.ts';
import type { Append } from '../src/store/store.ts';
import { random } from './support/random.ts';

interface Frame {
  readonly seq: number;
  readonly type: Append['type'];
  readonly id: string;
}

const types: readonly Append['type'][] = ['event', 'reply', 'turn'];

describe('the index of a log', () => {
  it.each([1, 2, 3])('finds what a list finds, whatever is given up meanwhile (seed %i)', (seed) => {
    const draw = random(seed);
    const log: Frame[] = [];
    let first = 1;
    const index = new FrameIndex<Frame>((seq) => (seq < first ? undefined : log[seq - 1]));
    for (let step = 0; step < 20_000; step++) {
      const type = types[draw(types.length)]!;
      const id = `frame-${draw(600)}`;
      const listed = log.slice(first - 1).find((frame) => frame.type === type && frame.id === id);
      expect(index.find(type, id)).toBe(listed);
      if (listed === undefined) {
        const frame = { seq: log.length + 1, type, id };
        log.push(frame);
        index.add(frame);
      }
      // Mostly it holds a few hundred, at times it is emptied.
      const most = draw(1000) === 0 ? 0 : 400;
      first = Math.max(first, log.length + 1 - most);
    }
    expect(first).toBeGreaterThan(1000);
  });
});
