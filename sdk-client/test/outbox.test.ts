import type { EventSubmission } from '@websocket-channel/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { emptyOutbox, type Outbox, type OutboxInput, stepOutbox } from '../src/outbox.ts';

const event = (id: string): EventSubmission => ({ type: 'event', id, content: id, timestamp: 1 });
const [a, b, c] = [event('a'), event('b'), event('c')];

const outboxes = {
  'away, empty': { status: 'away', events: [] },
  away: { status: 'away', events: [a, b] },
  idle: { status: 'idle', events: [] },
  waiting: { status: 'waiting', events: [a, b] },
  'waiting for the last': { status: 'waiting', events: [a] },
  pausing: { status: 'pausing', events: [a, b] },
} satisfies Record<string, Outbox>;

const inputs = {
  add: { type: 'add', event: c },
  attached: { type: 'attached' },
  restore: { type: 'attached', events: [c, a, b] },
  lost: { type: 'lost' },
  'first settled': { type: 'settled', id: 'a' },
  'second settled': { type: 'settled', id: 'b' },
  'first refused': { type: 'refused', id: 'a', retryAfterMs: 250 },
  'second refused': { type: 'refused', id: 'b', retryAfterMs: 250 },
  timeout: { type: 'timeout' },
} satisfies Record<string, OutboxInput>;

/** Status, ids that are left, timer in milliseconds, and id of the event to write. Not named: nothing may change. */
const table: Record<keyof typeof outboxes, Partial<Record<keyof typeof inputs, readonly unknown[]>>> = {
  'away, empty': {
    add: ['away', 'c'],
    attached: ['idle', ''],
    restore: ['waiting', 'cab', 10_000, 'c'],
  },
  away: {
    add: ['away', 'abc'],
    attached: ['waiting', 'ab', 10_000, 'a'],
    restore: ['waiting', 'cab', 10_000, 'c'],
    'first settled': ['away', 'b'],
    'second settled': ['away', 'a'],
  },
  idle: {
    add: ['waiting', 'c', 10_000, 'c'],
    restore: ['waiting', 'cab', 10_000, 'c'],
    lost: ['away', ''],
  },
  waiting: {
    add: ['waiting', 'abc'],
    restore: ['waiting', 'cab', 10_000, 'c'],
    lost: ['away', 'ab'],
    'first settled': ['waiting', 'b', 10_000, 'b'],
    'second settled': ['waiting', 'a'],
    'first refused': ['pausing', 'ab', 250],
    timeout: ['waiting', 'ab', 10_000, 'a'],
  },
  'waiting for the last': {
    add: ['waiting', 'ac'],
    restore: ['waiting', 'cab', 10_000, 'c'],
    lost: ['away', 'a'],
    'first settled': ['idle', ''],
    'first refused': ['pausing', 'a', 250],
    timeout: ['waiting', 'a', 10_000, 'a'],
  },
  pausing: {
    add: ['pausing', 'abc'],
    restore: ['waiting', 'cab', 10_000, 'c'],
    lost: ['away', 'ab'],
    'first settled': ['waiting', 'b', 10_000, 'b'],
    'second settled': ['pausing', 'a'],
    timeout: ['waiting', 'ab', 10_000, 'a'],
  },
};

const names = <T extends object>(of: T) => Object.keys(of) as (keyof T)[];
const ids = (events: readonly EventSubmission[]): string => events.map(({ id }) => id).join('');

describe.each(names(outboxes))('an outbox that is %s', (name) => {
  test.each(names(inputs))('takes: %s', (input) => {
    const outbox = outboxes[name];
    const [next, timerMs, write] = stepOutbox(outbox, inputs[input]);
    const found = [next.status, ids(next.events), timerMs, write?.id];
    expect(found).toEqual(
      [...(table[name][input] ?? [outbox.status, ids(outbox.events)]), ...Array(4)].slice(0, 4),
    );
  });
});

/** A relay that stores each event once, and answers, refuses or says nothing as chance has it. */
const answers = ['ack', 'ack', 'refusal', 'silence', 'cut before it came', 'cut after it came'] as const;

test('whatever the relay does, every event arrives once and in order, one at a time', () => {
  const steps = fc.array(fc.oneof(fc.constant('send' as const), fc.constantFrom(...answers)), {
    maxLength: 80,
  });
  fc.assert(
    fc.property(steps, (course) => {
      let outbox = emptyOutbox;
      let inFlight: EventSubmission | undefined;
      let timer = false;
      let sent = 0;
      const stored: string[] = [];

      const take = (input: OutboxInput): void => {
        const [next, timerMs, write] = stepOutbox(outbox, input);
        outbox = next;
        if (timerMs !== undefined) timer = true;
        if (write) inFlight = write;
      };
      const store = (id: string): void => {
        if (!stored.includes(id)) stored.push(id);
      };
      const reconnect = (): void => {
        inFlight = undefined;
        take({ type: 'lost' });
        take({ type: 'attached' });
      };
      const answer = (how: (typeof answers)[number]): void => {
        if (!inFlight) {
          if (how.startsWith('cut')) reconnect();
          else if (timer) take({ type: 'timeout' });
          return;
        }
        const { id } = inFlight;
        if (how === 'refusal') {
          inFlight = undefined;
          take({ type: 'refused', id, retryAfterMs: 5 });
          return;
        }
        if (how !== 'cut before it came') store(id);
        if (how === 'ack') {
          inFlight = undefined;
          take({ type: 'settled', id });
        } else if (how === 'silence') take({ type: 'timeout' });
        else reconnect();
      };

      take({ type: 'attached' });
      for (const step of course) {
        if (step === 'send') take({ type: 'add', event: event(`${sent++}`) });
        else answer(step);
      }
      reconnect();
      for (let i = 0; i <= sent; i++) answer('ack');
      expect(stored).toEqual(Array.from({ length: sent }, (_, i) => `${i}`));
      expect(outbox).toEqual({ status: 'idle', events: [] });
    }),
    { numRuns: 1000 },
  );
});
