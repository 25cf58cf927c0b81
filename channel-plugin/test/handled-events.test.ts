import { mkdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createHandledEvents, type HandledEvents } from '../src/handled-events.ts';
import { newRecordsFile, openRecords } from './support/new-records.ts';

const known = (events: HandledEvents, keys: string): string =>
  [...keys].filter((key) => events.has(key)).join('');

describe('handled events', () => {
  it('are known at once, and after a crash', () => {
    const file = newRecordsFile();
    const events = createHandledEvents(openRecords(file));
    expect([events.add('a'), events.add('b'), events.add('a')]).toEqual([true, true, true]);
    expect(known(events, 'abc')).toBe('ab');
    expect(known(createHandledEvents(openRecords(file)), 'abc')).toBe('ab');
  });

  it('are known by their log, where they have one', () => {
    const file = newRecordsFile();
    const events = createHandledEvents(openRecords(file));
    events.add('a', 'ep1');
    events.add('b');
    for (const kept of [events, createHandledEvents(openRecords(file))]) {
      expect(['ep1', 'ep2', undefined].map((epoch) => kept.isInOtherLog('a', epoch))).toEqual([
        false,
        true,
        false,
      ]);
      expect(['b', 'c'].map((key) => kept.isInOtherLog(key, 'ep1'))).toEqual([false, false]);
    }
    events.add('a', 'ep2');
    expect(createHandledEvents(openRecords(file)).isInOtherLog('a', 'ep2')).toBe(false);
  });

  it('are forgotten beyond the limit, the oldest first', () => {
    const file = newRecordsFile();
    const events = createHandledEvents(openRecords(file), 3);
    for (const key of 'abc') events.add(key);
    expect(known(events, 'abcd')).toBe('abc');
    events.add('d');
    expect(known(events, 'abcd')).toBe('bcd');
    expect(known(createHandledEvents(openRecords(file), 3), 'abcd')).toBe('bcd');
    expect(openRecords(file).all('handled')).toHaveLength(3);
  });

  it('tell when they would not survive a crash, and go on', () => {
    const file = newRecordsFile();
    mkdirSync(file, { recursive: true });
    const events = createHandledEvents(openRecords(file));
    expect(events.add('a')).toBe(false);
    expect(events.has('a')).toBe(true);
  });
});
