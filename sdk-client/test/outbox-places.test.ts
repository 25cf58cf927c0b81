import type { EventSubmission } from '@websocket-channel/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inOrder, missingIn } from '../src/outbox-places.ts';

const ext = [undefined, {}, { 'com.example.mood': 'fine' }];
const submission = (i: number): EventSubmission => {
  const mood = ext[i % 3];
  return { type: 'event', id: `ev${i}`, content: `${i}`, timestamp: 1, ...(mood && { ext: mood }) };
};

test('what has left the storage comes back to its place, as it was said, however often', () => {
  const round = fc.record({ said: fc.nat(3), taken: fc.nat(5), answered: fc.nat(3) });
  fc.assert(
    fc.property(fc.array(round), (rounds) => {
      let stored: readonly EventSubmission[] = [];
      let wanted: readonly EventSubmission[] = [];
      let count = 0;
      let left = new Set<string>();
      const complete = (): void => {
        stored = [...stored, ...missingIn(stored, wanted, (id) => left.has(id))];
        expect(inOrder(stored)).toEqual(wanted);
      };
      for (const { said, taken, answered } of rounds) {
        const added = Array.from({ length: said }, () => submission(count++));
        wanted = [...wanted, ...added];
        complete();
        // The relay takes some, answers some of these, and loses the others.
        left = new Set(wanted.slice(0, taken).map(({ id }) => id));
        stored = stored.filter(({ id }) => !left.has(id));
        wanted = wanted.slice(Math.min(answered, taken));
        complete();
      }
    }),
  );
});

test.each([null, 1, {}, { at: 'x' }])('what only looks like a place, such as %j, is none', (place) => {
  const event = { ...submission(0), ext: { 'dev.websocket-channel.place': place } };
  expect(inOrder([event, submission(1)])).toEqual([event, submission(1)]);
});
