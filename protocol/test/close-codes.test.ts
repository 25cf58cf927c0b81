import { expect, test } from 'vitest';
import { closeCodes, mayReconnect } from '../src/index.ts';

test('every close code is in one of the two ranges, once', () => {
  const codes = Object.values(closeCodes);
  for (const code of codes) expect(code >= 4400 && code <= 4599).toBe(true);
  expect(new Set(codes).size).toBe(codes.length);
});

test.each([
  [1000, true],
  [1006, true],
  [4399, true],
  [4400, false],
  [4401, false],
  [4499, false],
  [4500, true],
  [4999, true],
])('after %i a peer may come back by itself: %s', (code, may) => {
  expect(mayReconnect(code)).toBe(may);
});
