import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonBytes, splitContent } from '../src/content-split.ts';

const roomy = { length: 1000, bytes: 100_000 };

describe('splitting content', () => {
  it('leaves a text alone that fits to the last character', () => {
    for (const length of [9, 10]) {
      expect(splitContent('x'.repeat(length), { ...roomy, length: 10 })).toEqual(['x'.repeat(length)]);
    }
    expect(splitContent('x'.repeat(11), { ...roomy, length: 10 })).toEqual(['x'.repeat(10), 'x']);
  });

  it('counts code points, not UTF-16 units', () => {
    expect(splitContent('😀😀😀', { ...roomy, length: 3 })).toEqual(['😀😀😀']);
    expect(splitContent('😀😀😀', { ...roomy, length: 2 })).toEqual(['😀😀', '😀']);
  });

  it('counts bytes as they are in JSON', () => {
    expect(jsonBytes('你"\n')).toBe(7);
    expect(splitContent('你你你', { ...roomy, bytes: 6 })).toEqual(['你你', '你']);
    expect(splitContent('"""', { ...roomy, bytes: 4 })).toEqual(['""', '"']);
  });

  it('prefers the end of a paragraph, then of a line, then of a word', () => {
    expect(splitContent('one two\n\nthree four', { ...roomy, length: 15 })).toEqual([
      'one two\n\n',
      'three four',
    ]);
    expect(splitContent('one two\nthree four', { ...roomy, length: 14 })).toEqual([
      'one two\n',
      'three four',
    ]);
    expect(splitContent('one two three', { ...roomy, length: 10 })).toEqual(['one two ', 'three']);
  });

  it('makes progress even where nothing fits', () => {
    expect(splitContent('你你', { length: 10, bytes: 1 })).toEqual(['你', '你']);
  });

  it('loses nothing and keeps every bound', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 12, max: 40 }),
        (text, length, bytes) => {
          const pieces = splitContent(text, { length, bytes });
          expect(pieces.join('')).toBe(text);
          for (const piece of pieces) {
            expect([...piece].length).toBeLessThanOrEqual(length);
            expect(jsonBytes(piece)).toBeLessThanOrEqual(bytes);
          }
        },
      ),
    );
  });
});
