import { expect, it } from 'vitest';
import { createNotes } from '../src/notes.ts';
import { createFakeHost } from './support/fake-host.ts';
import { newRecordsFile, openRecords } from './support/new-records.ts';

const log = { info() {}, warn() {}, error() {} };
const event = {
  accountId: 'default',
  kind: 'direct' as const,
  conversation: 'alice',
  id: 'ev1',
  source: 'alice',
};

/** What the next process tells the agent. */
function toldAgain(file: string): readonly string[] {
  const host = createFakeHost();
  createNotes({ host, records: openRecords(file), log }).resume();
  return host.notes;
}

it.each([2, 3])('as many as %i are remembered, and the oldest is forgotten beyond', (count) => {
  const file = newRecordsFile();
  const notes = createNotes({ host: createFakeHost(), records: openRecords(file), log, limit: 2 });
  for (let index = 1; index <= count; index += 1) notes.add(`k${index}`, 'se1', event, `note ${index}`);
  expect(toldAgain(file)).toEqual([`note ${count - 1}`, `note ${count}`]);
});

it('are forgotten by session, and where they cannot be read', () => {
  const file = newRecordsFile();
  const records = openRecords(file);
  const notes = createNotes({ host: createFakeHost(), records, log });
  notes.add('k1', 'se1', event, 'note 1');
  notes.add('k2', 'se2', event, 'note 2');
  records.write(
    { shelf: 'notes', key: 'k3', value: 'nonsense' },
    { shelf: 'notes', key: 'k4', value: '{"session":"se2","text":"note 4","event":null}' },
  );
  notes.told('se1');
  expect(toldAgain(file)).toEqual(['note 2']);
});

it('do not keep each other from being told', () => {
  const file = newRecordsFile();
  const notes = createNotes({ host: createFakeHost(), records: openRecords(file), log });
  notes.add('k1', 'se1', event, 'note 1');
  notes.add('k2', 'se1', event, 'note 2');
  const told: string[] = [];
  const host = {
    ...createFakeHost(),
    note(_: object, text: string) {
      if (told.push(text) === 1) throw new Error('no config');
    },
  };
  createNotes({ host, records: openRecords(file), log }).resume();
  expect(told).toEqual(['note 1', 'note 2']);
});
