import { describe, expect, it } from 'vitest';
import type { Evidence, LogFrame, Said, Shown, View } from '../src/faults/evidence.ts';
import { judge } from '../src/faults/oracle.ts';

const device = 'phone';
const source = 'anna';

const said: readonly Said[] = [1, 2].map((number) => ({
  id: `m${number}`,
  source,
  device,
  content: `question ${number}`,
  answer: `answer ${number}`,
}));

const log: readonly LogFrame[] = said.flatMap(({ id, content, answer }, index): LogFrame[] => [
  { type: 'event', id, seq: 3 * index + 1, content },
  { type: 'reply', id: `r-${id}`, seq: 3 * index + 2, kind: 'final', content: answer, turn: `t-${id}` },
  { type: 'turn', id: `t-${id}`, seq: 3 * index + 3, events: [id], outcome: 'completed' },
]);

const shown = (frames: readonly LogFrame[]): Shown[] =>
  frames.flatMap(({ type, id, content = '', seq }) =>
    type === 'turn' ? [] : { type, id, content, seq, streaming: false, state: undefined },
  );

const view: View = {
  device,
  source,
  messages: shown(log),
  running: [],
  waiting: [],
  recovered: 'complete',
};

const good: Evidence = { said, logs: new Map([[source, log]]), views: [view], exchanges: [] };

const renumbered = (frames: readonly LogFrame[]): LogFrame[] =>
  frames.map((frame, index) => ({ ...frame, seq: index + 1 }));

/** What is found where the log is another one, which every client shows. */
const withLog = (frames: readonly LogFrame[]): string[] =>
  judge({ ...good, logs: new Map([[source, frames]]), views: [{ ...view, messages: shown(frames) }] }).map(
    ({ kind, what }) => `${kind}: ${what}`,
  );

const withView = (changes: Partial<View>): string[] =>
  judge({ ...good, views: [{ ...view, ...changes }] }).map(({ kind, what }) => `${kind}: ${what}`);

const [first, second] = [log.slice(0, 3), log.slice(3)];

describe('the oracle finds nothing', () => {
  it('where all is well', () => {
    expect(judge(good)).toEqual([]);
  });
});

describe('the oracle finds in the log', () => {
  it('an event that is not stored', () => {
    expect(withLog(first)).toContain('lost: log of anna: event m2 is not stored');
  });

  it('an event that is not answered', () => {
    const frames = renumbered(log.filter(({ id }) => id !== 'r-m2'));
    expect(withLog(frames)).toContain('lost: log of anna: event m2 is not answered');
  });

  it('an event that is stored twice', () => {
    const frames = renumbered([...log, log[0]!]);
    expect(withLog(frames)).toContain('doubled: log of anna: event m1 is stored 2 times');
  });

  it('an answer under two ids', () => {
    const frames = renumbered([...first, { ...first[1]!, id: 'again' }, ...second]);
    expect(withLog(frames)).toContain('doubled: log of anna: event m1 is answered 2 times');
  });

  it('a hole', () => {
    const frames = log.map((frame) => (frame.seq > 3 ? { ...frame, seq: frame.seq + 1 } : frame));
    expect(withLog(frames)).toContain('out-of-order: log of anna: event m2 has seq 5, not 4');
  });

  it('what was said later stored earlier', () => {
    expect(withLog(renumbered([...second, ...first]))).toContain(
      'out-of-order: log of anna: what phone said is stored in another order, at seq 1',
    );
  });

  it('a turn that ended before its answer, and one that did not end', () => {
    expect(withLog(renumbered([first[0]!, first[2]!, first[1]!, ...second]))).toContain(
      'out-of-order: log of anna: the turn of event m1 ended before its answer',
    );
    expect(withLog(log.slice(0, -1))).toContain(
      'unfinished: log of anna: no turn that answers event m2 has ended',
    );
  });

  it('a turn that failed, and an answer of another turn', () => {
    const failed = [...log.slice(0, -1), { ...log.at(-1)!, outcome: 'failed' }];
    expect(withLog(failed)).toEqual(['wrong: log of anna: the turn of event m2 ended failed']);
    const swapped = log.map((frame) => (frame.id === 'r-m2' ? { ...frame, turn: 't-m1' } : frame));
    expect(withLog(swapped)).toEqual(['wrong: log of anna: the answer to event m2 belongs to turn t-m1']);
  });

  it('what nobody said', () => {
    const frames = [...log, { type: 'event', id: 'm3', seq: 7, content: 'who is this' } as const];
    expect(withLog(frames)).toEqual(['wrong: log of anna: event m3 was never said']);
  });
});

describe('the oracle finds in a view', () => {
  it('a message that is missing, doubled, in another place or another one', () => {
    const [one, ...rest] = view.messages;
    expect(withView({ messages: rest })).toEqual(['lost: phone of anna: event m1 is not shown']);
    expect(withView({ messages: [one!, ...view.messages] })).toEqual([
      'doubled: phone of anna: event m1 is shown 2 times',
    ]);
    expect(withView({ messages: [...rest, one!] })).toEqual([
      'out-of-order: phone of anna: event m1 is shown out of order',
    ]);
    expect(withView({ messages: [{ ...one!, content: 'something else' }, ...rest] })).toEqual([
      'wrong: phone of anna: event m1 is shown with another content',
    ]);
  });

  it('a client that shows nothing, and one that was told that its past is another or incomplete', () => {
    expect(judge({ ...good, views: [] })).toEqual([
      { kind: 'lost', what: 'phone of anna: the conversation is not shown' },
    ]);
    expect(withView({ recovered: 'reset' })).toEqual(['wrong: phone of anna: its past is reset']);
    expect(withView({ recovered: undefined })).toEqual(['wrong: phone of anna: its past is undefined']);
  });

  it('what never ends', () => {
    const draft: Shown = {
      type: 'reply',
      id: 'r-m3',
      content: 'answ',
      seq: undefined,
      streaming: true,
      state: undefined,
    };
    expect(withView({ messages: [...view.messages, draft] })).toEqual([
      'unfinished: phone of anna: reply r-m3 is still being streamed',
    ]);
    expect(withView({ running: ['t-m1'] })).toEqual(['unfinished: phone of anna: turn t-m1 still runs']);
    expect(withView({ waiting: ['m1'] })).toEqual([
      'unfinished: phone of anna: the exchange of event m1 has not ended',
    ]);
  });
});

describe('the oracle finds in an exchange', () => {
  it('another text than the answer', () => {
    const exchange = { device, id: 'm1', outcome: 'completed', text: 'answer 2' };
    expect(judge({ ...good, exchanges: [exchange] })).toEqual([
      { kind: 'wrong', what: 'phone: the exchange of event m1 ended completed with "answer 2"' },
    ]);
  });
});
