import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createParser } from '../src/codec.ts';
import { validators } from '../src/generated/validate-client-to-relay.js';
import { parseClientToRelay } from '../src/relay.ts';

const looksThrough = createParser(validators);

/** Members with brackets and `null`s in every place: as values, in names, in strings, in lists. */
const member = fc.tuple(
  fc.constantFrom('id', 'kind', 'ext', 'x', 'null', '[{'),
  fc.oneof(
    fc.constantFrom(null, 'null', '{[{[{[{[{[{[{[{[{[{[', '', 7),
    fc
      .integer({ min: 0, max: 20 })
      .map((levels) => JSON.parse('['.repeat(levels) + ']'.repeat(levels) || '0')),
    fc.array(fc.constantFrom(null, {}, [], { a: null }, 'a')),
    fc.constantFrom({ 'com.example': { a: null } }, { a: { b: null } }),
  ),
);

test('a relay reads a frame that it takes for plain as one that it looks through', () => {
  fc.assert(
    fc.property(fc.array(member, { maxLength: 6 }), (members) => {
      const text = JSON.stringify({
        type: 'event',
        id: 'ev1',
        content: '',
        timestamp: 1,
        ...Object.fromEntries(members),
      });
      expect(parseClientToRelay(text)).toEqual(looksThrough(text));
    }),
    { numRuns: 2000 },
  );
});

test.each([15, 16, 17])('a relay reads frames up to the limit of levels: %i', (levels) => {
  const text = `{"type":"ping","x":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;
  expect(parseClientToRelay(text).status).toBe(levels <= 16 ? 'frame' : 'fault');
});
