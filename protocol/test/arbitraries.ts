import fc from 'fast-check';
import type { JsonSchema } from '../scripts/frame-schemas.ts';

/** Letters that text handling gets wrong: separators, letters of two UTF-16 units, halves of such, whatever else there is. */
const letter = fc.oneof(
  fc.constantFrom('a', ' ', '"', '\\', '\u2028', '\u0000', 'é', '😀', '\ud83d', '\ude00', '\n', '{', '['),
  fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
);

/** Any value that a schema takes. */
export function arbitraryOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (Array.isArray(schema.enum)) return fc.constantFrom(...(schema.enum as unknown[]));
  switch (schema.type) {
    case 'string':
      return text(schema);
    case 'integer':
      return fc.integer({ min: schema.minimum as number, max: schema.maximum as number });
    case 'boolean':
      return fc.boolean();
    case 'array':
      return fc.array(arbitraryOf(schema.items!), {
        minLength: (schema.minItems as number | undefined) ?? 0,
        maxLength: schema.maxItems as number,
      });
    case 'object':
      return schema.properties === undefined ? free(schema) : members(schema);
    default:
      return fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), text(schema));
  }
}

function text({ pattern, minLength = 0, maxLength }: JsonSchema): fc.Arbitrary<string> {
  const bounds = { minLength: minLength as number, maxLength: maxLength as number };
  if (typeof pattern !== 'string') return fc.string({ unit: letter, ...bounds });
  return fc
    .stringMatching(new RegExp(pattern))
    .filter(
      (value) => value.length >= bounds.minLength && [...value].length <= (bounds.maxLength ?? value.length),
    );
}

function members({ properties, required }: JsonSchema): fc.Arbitrary<unknown> {
  const legal = Object.entries(properties!).filter(([, member]) => member.not === undefined);
  return fc.record(Object.fromEntries(legal.map(([name, member]) => [name, arbitraryOf(member)])), {
    requiredKeys: [...(required ?? [])],
    noNullPrototype: true,
  } as { requiredKeys: string[] });
}

const free = ({ propertyNames, maxProperties }: JsonSchema): fc.Arbitrary<unknown> =>
  fc.dictionary(
    fc.stringMatching(new RegExp((propertyNames as { pattern: string }).pattern)),
    fc.jsonValue({ maxDepth: 4 }),
    { maxKeys: maxProperties as number },
  );
