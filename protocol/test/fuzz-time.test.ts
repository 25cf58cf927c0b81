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
 * Checks that a task takes time in proportion to its size: eight times the size costs eight times as much if it is linear and
 * 64 times as much if it is quadratic.
 */
function expectLinear(
  what: string,
  sizes: { readonly small: () => unknown; readonly large: () => unknown },
): void {
  expect(fastest(sizes.large) / Math.max(fastest(sizes.small), 0.01), what).toBeLessThan(30);
}

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
        expectLinear(JSON.stringify(unit + end), {
          small: () => expression.test(small),
          large: () => expression.test(large),
        });
      }
    }
  });
});

test('a pattern that takes quadratic time is noticed', { timeout: 60_000 }, () => {
  const quadratic = /^[a-z]+[a-z0-9]+$/;
  const [small, large] = [500, 4_000].map((size) => `${'a'.repeat(size)}!`);
  expect(() =>
    expectLinear('', { small: () => quadratic.test(small!), large: () => quadratic.test(large!) }),
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

  test.each(Object.keys(texts))('of %s is answered in time proportional to its length', (name) => {
    const [small, large] = [texts[name]!(4_000), texts[name]!(32_000)];
    const parse = parsers['client-to-relay'];
    expectLinear(name, { small: () => parse(small), large: () => parse(large) });
  });

  test.each(Object.keys(texts))('of %s gets an answer of bounded size', (name) => {
    const parsed = parsers['client-to-relay'](texts[name]!(32_000));
    if (parsed.status === 'frame') expect(name).toMatch(/without end|null|over and over|side by side/);
    else expect(JSON.stringify(parsed).length).toBeLessThan(3_000);
  });
});
