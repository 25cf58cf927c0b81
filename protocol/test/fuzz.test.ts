import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { frameSchemas } from '../scripts/frame-schemas.ts';
import { encode, type Parsed } from '../src/codec.ts';
import { errorCodes } from '../src/error-codes.ts';
import { type Direction, directions } from '../src/schema/message.ts';
import { registry } from '../src/schema/registry.ts';
import { arbitraryOf } from './arbitraries.ts';
import { publishedSchemas } from './plain-ajv.ts';
import { parsers, withoutNulls } from './reading.ts';

const frames = frameSchemas(registry).flatMap(({ name, schema, directions: ways }) =>
  ways.map((direction) => ({
    name,
    direction,
    frame: arbitraryOf(schema) as fc.Arbitrary<{ type: string }>,
  })),
);
const anyFrame = fc
  .constantFrom(...frames)
  .chain(({ direction, frame }) => frame.map((value) => ({ direction, value })));
const [validate] = publishedSchemas();

/** Whatever a parser answers has to be one of three things, each whole; a fault has to be fit for an `error` frame. */
function examine(direction: Direction, text: string): Parsed<{ type: string }>['status'] {
  const parsed = parsers[direction](text);
  switch (parsed.status) {
    case 'frame': {
      // A number beyond any double is written as `null`, which its reader drops: only then does nothing change any more.
      const settled = reencoded(direction, reencoded(direction, text));
      expect(reencoded(direction, settled)).toBe(settled);
      break;
    }
    case 'unknown':
      expect(parsed.type).toBeTypeOf('string');
      break;
    case 'fault': {
      const error = encode({
        type: 'error',
        retryable: errorCodes[parsed.fault.code].retryable,
        ...parsed.fault,
      } as {
        type: string;
      });
      expect(parsers['relay-to-client'](error)).toMatchObject({ status: 'frame' });
    }
  }
  return parsed.status;
}

/** The text of a legal frame after a way through parser and encoder. */
function reencoded(direction: Direction, text: string): string {
  const parsed = parsers[direction](text);
  expect(parsed.status).toBe('frame');
  return encode((parsed as Extract<typeof parsed, { status: 'frame' }>).frame);
}

describe('a legal frame', { timeout: 60_000 }, () => {
  test.each(frames)(
    '$name, $direction, comes out of parser and encoder byte for byte',
    ({ direction, frame }) => {
      fc.assert(
        fc.property(frame, (value) => {
          const text = encode(value);
          const parsed = parsers[direction](text);
          expect(parsed.status === 'frame' ? encode(parsed.frame) : parsed).toBe(text);
        }),
      );
    },
  );

  test('stays one with members from the future, null members, and members in another order', () => {
    const withMore = fc.tuple(
      anyFrame,
      fc.dictionary(
        fc.oneof(fc.constantFrom('__proto__', 'constructor', 'x', 'toString'), fc.string()),
        fc.oneof(fc.constant(null), fc.jsonValue({ maxDepth: 3 })),
      ),
      fc.boolean(),
    );
    fc.assert(
      fc.property(withMore, ([{ direction, value }, more, first]) => {
        // Names that the schema knows keep their values: they are given twice, and the last one counts.
        const [head, tail] = [encode(value).slice(1, -1), JSON.stringify(more).slice(1, -1)];
        const unknown = Object.keys(more).every((name) => !known.has(name));
        fc.pre(unknown && !JSON.stringify(more).includes('"ext"'));
        const parts = (first ? [tail, head] : [head, tail]).filter((part) => part !== '');
        expect(parsers[direction](`{${parts.join()}}`)).toMatchObject({ status: 'frame', frame: value });
      }),
    );
  });
});

describe('a frame that somebody tampered with', { timeout: 120_000 }, () => {
  test('is taken, ignored, or refused with a whole fault, as plain ajv judges it', () => {
    const seen = { frame: 0, unknown: 0, fault: 0 };
    fc.assert(
      fc.property(
        anyFrame.chain(({ direction, value }) => tampered(value).map((text) => ({ direction, text }))),
        ({ direction, text }) => {
          const status = examine(direction, text);
          seen[status]++;
          const parsed = parsers[direction](text);
          if (parsed.status === 'fault' && parsed.fault.code !== 'invalid') return;
          const verdict = validate!(direction, withoutNulls(JSON.parse(text)) as object);
          switch (parsed.status) {
            case 'unknown':
              expect(verdict).toBeUndefined();
              break;
            case 'frame':
              expect(verdict).toEqual([]);
              break;
            case 'fault':
              expect(verdict).toContainEqual([parsed.fault.details!.path, parsed.fault.details!.keyword]);
          }
        },
      ),
      { numRuns: 4_000 },
    );
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(20);
  });

  test('never gets through to the prototype of anything', () => {
    fc.assert(
      fc.property(anyFrame, fc.jsonValue(), ({ direction, value }, poison) => {
        const text = `{"__proto__":${JSON.stringify({ polluted: poison })},"constructor":{"prototype":{"polluted":1}},${encode(value).slice(1)}`;
        expect(parsers[direction](text).status).toBe('frame');
        expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
      }),
    );
  });
});

describe('raw bytes', { timeout: 60_000 }, () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 400 }),
    // Bytes of legal frames, some of them changed.
    fc
      .tuple(
        anyFrame,
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 4 }),
      )
      .map(([{ value }, changes]) => {
        const encoded = new TextEncoder().encode(encode(value));
        for (const [at, byte] of changes) encoded[at % encoded.length] = byte;
        return encoded;
      }),
    // What JSON is made of, in no order.
    fc
      .array(
        fc.constantFrom(
          '{',
          '}',
          '[',
          ']',
          ',',
          ':',
          '"type"',
          '"ping"',
          'null',
          '1e400',
          '-0',
          '"__proto__"',
          '\\ud800',
        ),
        { maxLength: 60 },
      )
      .map((tokens) => new TextEncoder().encode(tokens.join(''))),
  );

  test.each(directions)('sent from %s are answered with an outcome, whatever they are', (direction) => {
    let runs = 0;
    fc.assert(
      fc.property(bytes, (value) => {
        runs++;
        examine(direction, new TextDecoder().decode(value));
      }),
      { numRuns: Number.POSITIVE_INFINITY, interruptAfterTimeLimit: 1_500, markInterruptAsFailure: false },
    );
    expect(runs).toBeGreaterThan(100);
  });
});

/** The names of all members that frames have. */
const known = new Set(frameSchemas(registry).flatMap(({ schema }) => Object.keys(schema.properties!)));

/** The text of a frame with one value in it replaced, left out, or set to `null`, or with its letters changed. */
function tampered(frame: unknown): fc.Arbitrary<string> {
  const text = JSON.stringify(frame);
  const places = placesIn(frame);
  const strange = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom('', ' ', '\n', 'a'.repeat(300), -1, 0.5, 2 ** 53, [], {}, null, true),
    fc.string(),
  );
  const replaced = fc
    .tuple(fc.constantFrom(...places), fc.oneof(strange, fc.constant(undefined)))
    .map(([place, value]) => JSON.stringify(replace(frame, place, value)));
  const deepened = fc
    .tuple(fc.constantFrom(...places), fc.integer({ min: 10, max: 40 }))
    .map(([place, levels]) => JSON.stringify(replace(frame, place, nested(levels))));
  const garbled = fc
    .tuple(fc.nat(text.length), fc.nat(8), fc.string({ maxLength: 4 }))
    .map(([at, cut, insert]) => text.slice(0, at) + insert + text.slice(at + cut));
  return fc.oneof(
    { weight: 6, arbitrary: replaced },
    { weight: 1, arbitrary: deepened },
    { weight: 2, arbitrary: garbled },
  );
}

/** The path of every value within a value. */
const placesIn = (value: unknown): string[][] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([name, member]) => [
        [name],
        ...placesIn(member).map((place) => [name, ...place]),
      ])
    : [];

function replace(value: unknown, [name, ...rest]: readonly string[], by: unknown): unknown {
  if (name === undefined) return by;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, unknown>;
  copy[name] = replace(copy[name], rest, by);
  return copy;
}

const nested = (levels: number): unknown =>
  levels === 0 ? 1 : levels % 2 === 0 ? [nested(levels - 1)] : { a: nested(levels - 1) };
