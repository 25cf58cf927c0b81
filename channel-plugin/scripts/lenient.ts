import type { TSchema } from '@sinclair/typebox';

/**
 * A schema whose members take any value besides the legal ones. Were a wrong value illegal in the manifest, a slip of the
 * pen would keep the whole Gateway from starting; so it is a finding of the channel's (src/config-check.ts). The Control UI
 * shows the first alternative: it leaves out those that may be null.
 */
export function lenientMembers(schema: TSchema): TSchema {
  const { properties, additionalProperties } = schema;
  return {
    ...schema,
    ...(properties !== undefined && {
      properties: Object.fromEntries(
        Object.entries<TSchema>(properties).map(([name, member]) => [name, lenient(member)]),
      ),
    }),
    ...(typeof additionalProperties === 'object' && { additionalProperties: lenient(additionalProperties) }),
  };
}

const anything = { type: ['null', 'string', 'number', 'boolean', 'object', 'array'] };

function lenient({ description, ...legal }: TSchema): object {
  const isUnion = legal.type === undefined && Array.isArray(legal.anyOf);
  const [first, ...others]: TSchema[] = isUnion ? legal.anyOf : [lenientMembers(legal as TSchema)];
  return {
    ...(description !== undefined && { description }),
    anyOf: [first, ...others.map((other) => ({ ...other, type: [other.type, 'null'] })), anything],
  };
}
