import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mintId } from '../src/index.ts';

test('an id is a UUID of version 7 that holds its time', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 48 - 1 }), (now) => {
      const id = mintId(now);
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(now);
    }),
  );
});

test('ids sort by time', () => {
  const time = fc.integer({ min: 0, max: 2 ** 48 - 1 });
  fc.assert(
    fc.property(time, time, (a, b) => {
      fc.pre(a < b);
      expect(mintId(a) < mintId(b)).toBe(true);
    }),
  );
});

test('ids of the same moment differ', () => {
  expect(new Set(Array.from({ length: 20_000 }, () => mintId(1))).size).toBe(20_000);
});

test('an id is of the present unless told otherwise', () => {
  const before = Date.now();
  const time = Number.parseInt(mintId().replaceAll('-', '').slice(0, 12), 16);
  expect(time).toBeGreaterThanOrEqual(before);
  expect(time).toBeLessThanOrEqual(Date.now());
});
