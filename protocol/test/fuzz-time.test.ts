import { describe, expect, test } from 'vitest';
import { frameSchemas } from '../scripts/frame-schemas.ts';
import { takeApart } from '../scripts/vectors/pattern.ts';
import { registry } from '../src/schema/registry.ts';
import { parsers } from './reading.ts';

const patterns = new Set<string>();
JSON.stringify(
  frameSchemas(registry).map(({ schema }) => schema),
  (key, value) => {
    if (key === 'pattern') patterns.add(value as string);
    return value as unknown;
  },
);

/** The shortest of several runs in milliseconds: what else the machine does only makes one longer. */
function fastest(task: () => unknown): number {
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 15; run++) {
    const start = performance.now();
    task();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

/**
 * Checks that one task takes at most so many times as long as another. What is within the bound is so in one of three
 * attempts, however busy the machine; what grows faster than the other never is.
 */
function expectAtMost(times: number, what: string, task: () => unknown, measure: () => unknown): void {
  const ratios: number[] = [];
  for (let attempt = 0; attempt < 3 && !ratios.some((ratio) => ratio <= times); attempt++) {
    ratios.push(fastest(task) / Math.max(fastest(measure), 0.01));
  }
  expect(Math.min(...ratios), what).toBeLessThanOrEqual(times);
}

/** Of eight times the text: eight times as long where that is linear, 64 times where it is quadratic. */
const linear = 30;

describe('every pattern of the registry', { timeout: 60_000 }, () => {
  test.each([...patterns])('%s is of a shape that every engine matches in linear time', (pattern) => {
    expect(takeApart(pattern).source).toBe(pattern);
  });

  test.each([
    '^(a+)+$',
    '^(a|a)*$',
    '^a*a*$',
    '^(a*)*b$',
    '^.*$',
    'a+',
    '^a+',
    '^[a-z]+[a-z0-9]+$',
    '^(a+b?)+$',
    '^(?=a)a$',
    '^(a)\\1$',
  ])('%s would not be', (pattern) => {
    expect(() => takeApart(pattern)).toThrow();
  });

  test.each([...patterns])('%s takes time in proportion to the text', (pattern) => {
    const expression = new RegExp(pattern);
    const units = ['a', 'a.', '.', 'a-', '0', ' ', 'a/', '\u0000'];
    for (const unit of units) {
      for (const end of ['', '!', '\n', '\u0000']) {
        const small = unit.repeat(20_000) + end;
        const large = unit.repeat(160_000) + end;
        expectAtMost(
          linear,
          JSON.stringify(unit + end),
          () => expression.test(large),
          () => expression.test(small),
        );
      }
    }
  });
});

test('a pattern that takes quadratic time is noticed', { timeout: 60_000 }, () => {
  const quadratic = /^[a-z]+[a-z0-9]+$/;
  const [small, large] = [500, 4_000].map((size) => `${'a'.repeat(size)}!`);
  expect(() =>
    expectAtMost(
      linear,
      '',
      () => quadratic.test(large!),
      () => quadratic.test(small!),
    ),
  ).toThrow();
});

describe('a hostile text', { timeout: 60_000 }, () => {
  const event = (members: string): string =>
    `{"type":"event","id":"ev1","content":"x","timestamp":1,${members}}`;
  const list = (count: number, item: (index: number) => string): string =>
    Array.from({ length: count }, (_, index) => item(index)).join();
  /** By name, the text of a size. */
  const texts: Record<string, (size: number) => string> = {
    'nested lists': (size) => event(`"x":${'['.repeat(size)}${']'.repeat(size)}`),
    'nested objects': (size) => event(`"x":${'{"x":'.repeat(size)}1${'}'.repeat(size)}`),
    'brackets never closed': (size) => event(`"x":${'['.repeat(size)}`),
    'members without end': (size) => event(list(size, (index) => `"x${index}":${index}`)),
    'members that are null': (size) => event(list(size, (index) => `"x${index}":null`)),
    'the same member over and over': (size) => event(list(size, () => '"content":"y"')),
    'objects side by side': (size) => event(`"x":[${list(size, () => '{"a":null}')}]`),
    'attachments without end': (size) => event(`"attachments":[${list(size, () => '{"id":null}')}]`),
    'an ext of many names': (size) =>
      event(`"ext":{${list(size, (index) => `"com.example.n${index}":null`)}}`),
    'an ext of one long name': (size) => event(`"ext":{"${'a.'.repeat(size)}!":1}`),
    'a long id': (size) => event(`"replyTo":"${'a'.repeat(size)}!"`),
    'a long name': (size) => event(`"sender":{"name":"${'a'.repeat(size)}\\u0000"}`),
    'letters of two units each': (size) => event(`"sender":{"name":"${'😀'.repeat(size)}"}`),
    'digits without end': (size) => event(`"seq":${'9'.repeat(size)}`),
    'escapes without end': (size) => event(`"x":"${'\\u0000'.repeat(size)}"`),
  };

  /** `JSON.parse`, which is linear, whatever it makes of a text. */
  const bare = (text: string): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      return undefined;
    }
  };

  test.each(Object.keys(texts))('of %s costs little more than JSON.parse, however long it is', (name) => {
    const text = texts[name]!(32_000);
    // What takes quadratic time would take some thousand times as long.
    expectAtMost(
      20,
      name,
      () => parsers['client-to-relay'](text),
      () => bare(text),
    );
  });

  test.each(Object.keys(texts))('of %s gets an answer of bounded size', (name) => {
    const parsed = parsers['client-to-relay'](texts[name]!(32_000));
    if (parsed.status === 'frame') expect(name).toMatch(/without end|null|over and over|side by side/);
    else expect(JSON.stringify(parsed).length).toBeLessThan(3_000);
  });
});
