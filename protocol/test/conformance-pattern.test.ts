import { describe, expect, it } from 'vitest';
import { fill, match } from '../src/conformance/pattern.ts';
import { count, holds, write } from '../src/conformance/report.ts';
import { createChance, createVariables } from '../src/conformance/variables.ts';
import { createVerdicts, requirementsOf, type Verdict } from '../src/conformance/verdicts.ts';

describe('placeholders', () => {
  const variables = createVariables('tag', { seq: 7, alice: 'alice-1' });

  it.each([
    ['{seq}', 7],
    ['{seq+1}', 8],
    ['{seq-2}', 5],
    ['{alice}/work', 'alice-1/work'],
    ['{id:ev}', 'ev-tag'],
    ['{text:hello}!', 'hello tag!'],
    [{ a: ['{seq}', null, true] }, { a: [7, null, true] }],
    ['no {placeholder here', 'no {placeholder here'],
  ])('%j stands for %j', (template, value) => {
    expect(fill(template, variables)).toEqual(value);
  });

  it('that stand for nothing are a mistake of the scenario', () => {
    expect(() => fill('{bob}', variables)).toThrow('The placeholder {bob} stands for nothing');
  });
});

describe('a pattern', () => {
  it.each([
    [{ type: 'ack' }, { type: 'ack', id: 'ev1' }, true],
    [{ type: 'ack' }, { type: 'error' }, false],
    [{ ref: '{!}' }, { type: 'error' }, true],
    [{ ref: '{!}' }, { ref: 'ev1' }, false],
    [{ ref: '{*}' }, { ref: 'ev1' }, true],
    [{ ref: '{*}' }, {}, false],
    [[1, 2], [1, 2], true],
    [[1], [1, 2], false],
    [{ a: [{ b: 1 }] }, { a: [{ b: 1, c: 2 }] }, true],
    [{ a: {} }, { a: [] }, false],
    [{ a: {} }, { a: null }, false],
    [1, '1', false],
  ])('%j and %j: %s', (pattern, value, matches) => {
    expect(match(pattern, value) !== undefined).toBe(matches);
  });

  it('takes values down, but only as a whole', () => {
    expect(match({ epoch: '{?epoch}', seq: '{?seq}' }, { epoch: 'ep1', seq: 3 })).toEqual(
      new Map<string, unknown>([
        ['epoch', 'ep1'],
        ['seq', 3],
      ]),
    );
    expect(match({ epoch: '{?epoch}', seq: 4 }, { epoch: 'ep1', seq: 3 })).toBeUndefined();
    expect(match({ epoch: '{?epoch}' }, {})).toBeUndefined();
  });
});

it('chance is the same for the same seed', () => {
  const draw = (seed: number) => Array.from({ length: 5 }, createChance(seed));
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
  expect(draw(7).every((number) => number >= 0 && number < 1)).toBe(true);
});

type Found = readonly [requirement: string, verdict: Verdict];

describe('verdicts', () => {
  const bound = requirementsOf('client', 'core');
  const found = (...given: readonly Found[]) => {
    const verdicts = createVerdicts(bound, new Set(['R-FRAME-2', 'R-FRAME-10']));
    for (const [id, verdict] of given)
      verdicts.add(id, { verdict, scenario: 'says <so> & "more"\u0000', expected: 'a', came: 'b' });
    verdicts.seen('R-FRAME-10');
    return verdicts.results();
  };

  it('are the worst of what was found, and a look at the traffic where nothing was', () => {
    const verdictOf = (id: string, ...given: readonly Found[]) =>
      found(...given).find((result) => result.id === id)?.verdict;
    expect(verdictOf('R-FRAME-2')).toBe('not tested');
    expect(verdictOf('R-FRAME-10')).toBe('pass');
    expect(verdictOf('R-FRAME-2', ['R-FRAME-2', 'not tested'], ['R-FRAME-2', 'pass'])).toBe('pass');
    expect(verdictOf('R-FRAME-2', ['R-FRAME-2', 'pass'], ['R-FRAME-2', 'fail'])).toBe('fail');
    expect(verdictOf('R-FRAME-10', ['R-FRAME-10', 'fail'])).toBe('fail');
  });

  it('name a failure even where it was not asked for, but nothing beyond the profile', () => {
    expect(found(['R-HEART-2', 'fail'], ['R-EVENT-7', 'fail']).map(({ id }) => id)).toEqual([
      'R-FRAME-2',
      'R-FRAME-10',
      'R-HEART-2',
    ]);
  });

  it('are written for machines without anything that XML forbids', () => {
    const report = {
      subject: 'client',
      profile: 'core',
      seed: 1,
      ms: 5,
      results: found(['R-FRAME-2', 'fail']),
    } as const;
    expect(holds(report)).toBe(false);
    expect(count(report)).toEqual({ pass: 1, fail: 1, 'not applicable': 0, 'not tested': 0 });
    const xml = write(report, 'junit');
    expect(xml).toContain('says &lt;so&gt; &amp; "more"\nexpected a\nbut b');
    expect(JSON.parse(write(report, 'json')).results).toHaveLength(2);
  });
});
