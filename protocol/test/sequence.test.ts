import { describe, expect, it } from 'vitest';
import { requirements } from '../src/requirements.ts';
import { createMemory } from '../src/sequence/memory.ts';
import { checkTrace, createSequenceChecker, createTrafficChecker, type TraceEntry } from '../src/sequence.ts';
import { agentCases } from './agent-trace-cases.ts';
import { clientCases } from './client-trace-cases.ts';
import { ack, entries, open, r } from './trace-steps.ts';

const cases = [...clientCases, ...agentCases];

describe('a trace of frames', () => {
  it.each(cases)('breaks $breaks when $because', ({ role = 'client', resumed = false, breaks, steps }) => {
    const found = checkTrace(entries(steps), { role, resumed });
    if (breaks === undefined) return expect(found).toEqual([]);
    expect(found[0]?.requirement, JSON.stringify(found)).toBe(breaks);
    expect(found.map(({ requirement }) => requirement)).toEqual([breaks]);
    expect(found[0]!.entry).toBe(steps.length - 1);
    const bound = requirements.find(({ id }) => id === breaks);
    expect(bound?.subjects).toContain(found[0]!.by);
  });

  it('shows a silent relay when the entries carry times', () => {
    const checker = createSequenceChecker({ role: 'client' });
    const times = [0, 10, 1510, 3011];
    const found = entries([...open, r({ type: 'ping' })]).flatMap((entry, index) =>
      checker.take({ ...entry, at: times[index]! }),
    );
    expect(found).toEqual([
      {
        requirement: 'R-HEART-1',
        by: 'relay',
        entry: 3,
        message: 'Silent for 1501 ms; intervalMs + graceMs is 1500 ms',
      },
    ]);
  });

  it('lets an error refer to a frame that broke its schema', () => {
    const broken = {
      from: 'client',
      frame: { type: 'event', id: 'ev1', content: 7 },
      illegal: true,
    } as unknown as TraceEntry;
    const error = { type: 'error', code: 'invalid', message: '', retryable: false, ref: 'ev1' };
    expect(checkTrace([...entries(open), broken, ...entries([r(error)])], 'client')).toEqual([]);
  });

  it('goes on after a violation', () => {
    const trace = entries([...open, r({ type: 'pong' }), r(ack('ev1', 1)), r({ type: 'auth' })]);
    expect(checkTrace(trace, 'client').map(({ requirement, entry }) => [requirement, entry])).toEqual([
      ['R-HEART-2', 3],
      ['R-ACK-1', 4],
      ['R-AUTH-1', 5],
    ]);
  });

  it('is checked in a bounded memory', () => {
    const memory = createMemory<number>(3);
    for (const key of ['a', 'b', 'c']) memory.set(key, 1);
    expect(memory.has('a')).toBe(true);
    memory.set('d', 1);
    expect(['a', 'b', 'c', 'd'].filter(memory.has)).toEqual(['b', 'c', 'd']);
  });
});

describe('the texts of a connection', () => {
  const texts = [...open, r(ack('ev1', 1))].map(([from, frame]) => [from, JSON.stringify(frame)] as const);

  it('are checked for their order', () => {
    const checker = createTrafficChecker({ role: 'client' });
    const found = texts.flatMap(([from, text]) => checker.text(from, text));
    expect(found.map(({ requirement, by, entry }) => [requirement, by, entry])).toEqual([
      ['R-ACK-1', 'relay', 3],
    ]);
  });

  it.each([
    ['relay', 'no JSON', 'R-FRAME-1'],
    ['relay', '[{"type":"pong"}]', 'R-FRAME-1'],
    ['relay', '{"type":7}', 'R-FRAME-1'],
    ['relay', '{"type":"reply","kind":"final"}', 'R-FRAME-10'],
    ['client', '{"type":"event","id":"ev1","content":"Hi","timestamp":"now"}', 'R-FRAME-10'],
    ['client', '{"type":"ack"}', 'R-FRAME-10'],
    ['relay', '{"type":"attached","conversation":null}', 'R-FRAME-10'],
  ] as const)('are checked one by one: from the %s %s', (from, text, requirement) => {
    const checker = createTrafficChecker({ role: 'client' });
    for (const step of texts.slice(0, open.length)) expect(checker.text(...step)).toEqual([]);
    expect(checker.text(from, text)).toMatchObject([{ requirement, by: from, entry: open.length }]);
  });

  it('may be of an unknown type, and hold members that are null', () => {
    const checker = createTrafficChecker({ role: 'client' });
    for (const step of texts.slice(0, open.length)) checker.text(...step);
    expect(checker.text('relay', '{"type":"news"}')).toEqual([]);
    expect(checker.text('client', '{"type":"ping","id":null}')).toEqual([]);
  });

  it('end with the connection', () => {
    const checker = createTrafficChecker({ role: 'client' });
    for (const step of texts.slice(0, open.length)) checker.text(...step);
    expect(checker.close('relay', 4503)).toEqual([]);
    expect(checker.text('relay', '{"type":"ping"}')).toMatchObject([{ requirement: 'R-CLOSE-7', entry: 4 }]);
  });
});
