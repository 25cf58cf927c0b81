import { describe, expect, it } from 'vitest';
import { createTurnJournal } from '../src/turn-journal.ts';
import { newRecordsFile, openRecords } from './support/new-records.ts';

const turn = (id: string) => ({
  id,
  conversation: 'alice',
  events: [`ev-${id}`],
  session: 'session of alice',
});

describe('the journal of turns', () => {
  it('gives the next process what this one did not end', () => {
    const file = newRecordsFile();
    const journal = createTurnJournal(openRecords(file));
    expect(journal.turns()).toEqual([]);
    journal.note(turn('a'));
    journal.note({ ...turn('b'), thread: 'th1', draft: 'rp1' });
    journal.forget('a');
    journal.note(turn('c'));
    journal.change('c', { answered: true });
    const left = [
      { ...turn('b'), thread: 'th1', draft: 'rp1' },
      { ...turn('c'), answered: true },
    ];
    expect(journal.turns()).toEqual(left);
    expect(createTurnJournal(openRecords(file)).turns()).toEqual(left);
  });

  it('knows nothing more of a turn that it does not know', () => {
    const file = newRecordsFile();
    const journal = createTurnJournal(openRecords(file));
    journal.change('a', { text: 'Hello' });
    journal.forget('a');
    expect(createTurnJournal(openRecords(file)).turns()).toEqual([]);
  });

  it.each(['', 'nonsense', '{}', 'null', '{"id":"a"}'])('leaves out a turn that reads %j', (value) => {
    const file = newRecordsFile();
    openRecords(file).write({ shelf: 'turns', key: 'a', value });
    expect(createTurnJournal(openRecords(file)).turns()).toEqual([]);
  });
});
