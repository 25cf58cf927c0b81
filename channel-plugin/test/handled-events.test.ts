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

  it('are known by their place, where they have one', () => {
    const file = newRecordsFile();
    const events = createHandledEvents(openRecords(file));
    const anew = (key: string, epoch?: string, seq?: number) =>
      [events, createHandledEvents(openRecords(file))].map((kept) => kept.isStoredAnew(key, { epoch, seq }));
    const [no, yes] = [
      [false, false],
      [true, true],
    ];
    events.add('a', { epoch: 'ep1', seq: 7 });
    events.add('b');
    expect([anew('a'), anew('a', 'ep1'), anew('a', 'ep1', 6), anew('a', 'ep1', 7)]).toEqual([no, no, no, no]);
    expect([anew('a', 'ep1', 8), anew('a', 'ep2'), anew('a', 'ep2', 1)]).toEqual([yes, yes, yes]);
    expect([anew('b', 'ep1', 1), anew('c', 'ep1', 1)]).toEqual([no, no]);
    events.add('a', { epoch: 'ep1' });
    expect([anew('a', 'ep1', 7), anew('a', 'ep1', 8)]).toEqual([no, yes]);
    events.add('a', { epoch: 'ep2' });
    expect([anew('a', 'ep2', 9), anew('a', 'ep1', 7)]).toEqual([no, yes]);
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
