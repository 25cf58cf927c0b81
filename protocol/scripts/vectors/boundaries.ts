import type { JsonSchema } from '../frame-schemas.ts';
import { longest, refused, shortest, takeApart } from './pattern.ts';
import { brief, items, repeat } from './vector.ts';

/** A value at or beyond a bound of a schema, and what is to become of it. */
export interface Case {
  readonly note: string;
  readonly value: unknown;
  readonly verdict:
    | 'valid'
    /** Legal although odd; `outcome` is what is read, where it is not the value itself. */
    | { readonly tolerant: 'R-FRAME-2' | 'R-FRAME-3' | 'R-REPLY-3'; readonly outcome?: unknown }
    /** The rule that the value breaks, and where: a JSON pointer relative to the value. */
    | { readonly keyword: string; readonly at: string };
}

/**
 * The cases of a schema: each bound at its limit and one beyond, each member missing, null and of another type.
 *
 * @param examples Legal values, from which the surroundings of a bound are taken.
 * @param walked Objects whose members were gone through before: of these, only the missing ones are shown again.
 */
export function* cases(
  schema: JsonSchema,
  examples: readonly unknown[],
  walked: Set<string>,
): Generator<Case> {
  for (const value of wrongTypes(schema)) yield broken(`${JSON.stringify(value)}`, value, 'type');
  if (schema.not !== undefined) return yield broken('present', 1, 'not');
  if (schema.enum !== undefined) {
    for (const value of schema.enum as unknown[]) yield valid(JSON.stringify(value), value);
    return yield broken('none of the values', 'unheard_of', 'enum');
  }
  switch (schema.type) {
    case 'string':
      return yield* stringCases(schema);
    case 'integer':
      return yield* integerCases(schema);
    case 'boolean':
      yield valid('false', false);
      return yield valid('true', true);
    case 'array':
      return yield* arrayCases(schema, examples, walked);
    case 'object':
      return yield* schema.properties === undefined
        ? extCases(schema)
        : objectCases(schema, examples, walked);
  }
  for (const value of [0.5, 'text']) yield valid(JSON.stringify(value), value);
}

/** A legal value: the smallest of the examples, or one made from the schema. */
export function sample(schema: JsonSchema, examples: readonly unknown[] = []): unknown {
  const size = (value: unknown): number => JSON.stringify(value).length;
  const [smallest] = [...examples].sort((a, b) => size(a) - size(b));
  if (smallest !== undefined) return smallest;
  if (schema.const !== undefined) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  switch (schema.type) {
    case 'string':
      return typeof schema.pattern === 'string' ? shortest(takeApart(schema.pattern)) || 'a' : 'a';
    case 'integer':
      return schema.minimum ?? 0;
    case 'boolean':
      return true;
    case 'array':
      return Array.from({ length: Number(schema.minItems ?? 0) }, () => sample(schema.items!));
    case 'object':
      return Object.fromEntries(
        (schema.required ?? []).map((name) => [name, sample(schema.properties![name]!)]),
      );
    default:
      throw new Error(`No sample for ${JSON.stringify(schema)}`);
  }
}

function* stringCases(schema: JsonSchema): Generator<Case> {
  const { minLength, maxLength, pattern, tsType } = schema as {
    minLength?: number;
    maxLength?: number;
    pattern?: string;
    tsType?: string;
  };
  for (const [, known] of tsType?.includes('(string & {})') ? tsType.matchAll(/'(\w+)'/g) : [])
    yield valid(`"${known}"`, known);
  if (tsType?.includes('(string & {})'))
    yield { note: 'a value from the future', value: 'unheard_of', verdict: { tolerant: 'R-FRAME-2' } };
  if (maxLength !== undefined) {
    yield valid(`${maxLength} code points`, repeat('a', maxLength));
    yield broken(`${maxLength + 1} code points`, repeat('a', maxLength + 1), 'maxLength');
    // Beyond this, a text of four-byte letters no longer fits into a frame.
    if (maxLength <= 65_536)
      yield valid(`${maxLength} code points of two UTF-16 units each`, repeat('😀', maxLength));
  }
  if (minLength !== undefined) yield broken('empty', '', 'minLength');
  else if (pattern === undefined) yield valid('empty', '');
  if (pattern === undefined) return;
  const parts = takeApart(pattern);
  const long = longest(parts);
  if (shortest(parts) !== '') yield valid('as short as may be', shortest(parts));
  if (long !== undefined && long !== shortest(parts)) yield valid('as long as may be', brief(long));
  for (const [reason, text] of refused(parts)) yield broken(reason, brief(text), 'pattern');
}

function* integerCases({ minimum, maximum }: JsonSchema): Generator<Case> {
  if (typeof minimum === 'number') {
    yield valid(`${minimum}`, minimum);
    yield broken(`${minimum - 1}`, minimum - 1, 'minimum');
  }
  if (typeof maximum === 'number') {
    yield valid(`${maximum}`, maximum);
    yield broken(`${maximum + 1}`, maximum + 1, 'maximum');
  }
}

function* arrayCases(schema: JsonSchema, examples: readonly unknown[], walked: Set<string>): Generator<Case> {
  const { minItems = 0, maxItems } = schema as { minItems?: number; maxItems?: number };
  const itemExamples = examples.flatMap((example) => (Array.isArray(example) ? (example as unknown[]) : []));
  const item = sample(schema.items!, itemExamples);
  if (minItems === 0) yield valid('empty', []);
  else yield broken(`${minItems - 1} items`, items(item, minItems - 1), 'minItems');
  if (maxItems !== undefined) {
    yield valid(`${maxItems} items`, items(item, maxItems));
    yield broken(`${maxItems + 1} items`, items(item, maxItems + 1), 'maxItems');
  }
  yield broken('a null item', [null], 'type', '/0');
  for (const one of cases(schema.items!, itemExamples, walked)) yield within(one, '0', (value) => [value]);
}

function* objectCases(
  schema: JsonSchema,
  examples: readonly unknown[],
  walked: Set<string>,
): Generator<Case> {
  const base = sample(schema, examples) as Record<string, unknown>;
  const key = JSON.stringify(schema);
  const again = walked.has(key);
  walked.add(key);
  yield {
    note: 'a member from the future',
    value: { ...base, 'x-unheard-of': 1 },
    verdict: { tolerant: 'R-FRAME-2' },
  };
  for (const [name, member] of Object.entries(schema.properties!)) {
    if (member.const !== undefined) continue;
    const { [name]: _, ...rest } = base;
    const required = schema.required?.includes(name) ?? false;
    if (required) yield broken(`${name} missing`, rest, 'required', `/${name}`);
    if (again) continue;
    yield required
      ? broken(`${name} null`, { ...base, [name]: null }, 'required', `/${name}`)
      : {
          note: `${name} null`,
          value: { ...base, [name]: null },
          verdict: { tolerant: 'R-FRAME-3', outcome: rest },
        };
    const memberExamples = (examples as Record<string, unknown>[])
      .map((example) => example[name])
      .filter((value) => value !== undefined);
    for (const one of cases(member, memberExamples, walked))
      yield within(one, name, (value) => ({ ...base, [name]: value }));
  }
}

function* extCases({ maxProperties }: JsonSchema): Generator<Case> {
  yield valid('empty', {});
  if (typeof maxProperties === 'number') {
    const members = (count: number): object =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`com.example.n${index}`, index]));
    yield valid(`${maxProperties} members`, members(maxProperties));
    yield broken(`${maxProperties + 1} members`, members(maxProperties + 1), 'maxProperties');
  }
  yield valid('a domain with anything in it', { 'com.example': { list: [1, 'a', true] } });
  yield { note: 'null within is kept', value: { 'com.example': null }, verdict: { tolerant: 'R-FRAME-3' } };
  for (const name of ['plain', '.com', 'com.', 'Com.Example', 'com.example\n', '__proto__']) {
    yield broken(`a member called ${JSON.stringify(name)}`, Object.fromEntries([[name, 1]]), 'pattern');
  }
}

const wrongValues: Record<string, readonly unknown[]> = {
  string: [7],
  integer: ['7', 1.5],
  boolean: ['true'],
  array: [{}],
  object: [[]],
};

const wrongTypes = ({ type }: JsonSchema): readonly unknown[] =>
  typeof type === 'string' ? wrongValues[type]! : type === undefined ? [] : [true];

const valid = (note: string, value: unknown): Case => ({ note, value, verdict: 'valid' });

const broken = (note: string, value: unknown, keyword: string, at = ''): Case => ({
  note,
  value,
  verdict: { keyword, at },
});

/** A case of a member or item as one of what holds it. */
function within({ note, value, verdict }: Case, name: string, wrap: (value: unknown) => unknown): Case {
  const inner = note.startsWith('/') ? note : ` ${note}`;
  if (verdict === 'valid') return { note: `/${name}${inner}`, value: wrap(value), verdict };
  return {
    note: `/${name}${inner}`,
    value: wrap(value),
    verdict:
      'keyword' in verdict
        ? { ...verdict, at: `/${name}${verdict.at}` }
        : { ...verdict, ...('outcome' in verdict && { outcome: wrap(verdict.outcome) }) },
  };
}
