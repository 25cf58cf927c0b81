import { describe, expect, test } from 'vitest';
import { judge, summarise } from '../src/statistics.ts';

describe('a summary', () => {
  test('has the median and the quartiles of values in any order', () => {
    expect(summarise([5, 1, 4, 2, 3])).toEqual({ n: 5, q1: 2, median: 3, q3: 4 });
  });

  test('goes between two values where none is in the middle', () => {
    expect(summarise([1, 2])).toEqual({ n: 2, q1: 1.25, median: 1.5, q3: 1.75 });
  });

  test('of nothing is refused', () => {
    expect(() => summarise([])).toThrow(RangeError);
  });
});

describe('a target', () => {
  const spread = summarise([0.9, 1, 1.1]);

  test.each([
    [1.05, 'met'],
    [1, 'undecided'],
    [0.94, 'missed'],
  ])('of at most %d is %s by 0.95 to 1.05', (atMost, verdict) => {
    expect(judge(spread, atMost)).toBe(verdict);
  });
});
