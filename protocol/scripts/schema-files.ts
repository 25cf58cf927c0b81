import { directions, type Message } from '../src/schema/message.ts';
import { frameSchemas, type JsonSchema } from './frame-schemas.ts';

const dialect = 'https://json-schema.org/draft/2020-12/schema';
const base = 'urn:websocket-channel:schema:draft';

/** JSON Schema 2020-12, kept to what draft-07 knows as well: one file per frame and one bundle. */
export function schemaFiles(registry: readonly Message[]): [string, string][] {
  const frames = frameSchemas(registry).map(({ name, schema }): [string, string] => [
    `schema/draft/${name}.json`,
    print({ $schema: dialect, $id: `${base}:${name}`, title: name, ...published(schema) }),
  ]);
  const bundle = print({
    $schema: dialect,
    $id: `${base}:bundle`,
    title: 'websocket-channel protocol v1',
    $defs: definitions(registry, '#/$defs/'),
  });
  return [...frames, ['schema/draft/websocket-channel.json', bundle]];
}

/** Each frame's schema, the parts that several of them share, and one choice of frames per direction, by name. */
export function definitions(registry: readonly Message[], refBase: string): Record<string, JsonSchema> {
  const frames = frameSchemas(registry);
  const parts = sharedParts(frames.map(({ schema }) => schema));
  const nameOf = new Map([...parts].map(([name, part]) => [JSON.stringify(part), name]));
  const withRefs = (schema: JsonSchema): JsonSchema =>
    JSON.parse(JSON.stringify(schema), (_, value: unknown) => {
      const name = nameOf.get(JSON.stringify(value));
      return name === undefined ? value : { $ref: refBase + name };
    });
  const definition = (schema: JsonSchema): JsonSchema => published(withRefs(schema));
  return {
    ...Object.fromEntries(frames.map(({ name, schema }) => [name, definition(schema)])),
    ...Object.fromEntries([...parts].map(([name, part]) => [name, published(part)])),
    ...Object.fromEntries(
      directions.map((direction) => [
        direction,
        {
          anyOf: frames
            .filter((frame) => frame.directions.includes(direction))
            .map(({ name }) => ({ $ref: refBase + name })),
        },
      ]),
    ),
  };
}

/** Objects that have a type of their own and occur more than once, by name. */
function sharedParts(schemas: readonly JsonSchema[]): Map<string, JsonSchema> {
  const seen = new Map<string, string>();
  const shared = new Map<string, JsonSchema>();
  JSON.stringify(schemas, (_, value: unknown) => {
    const { tsType, items } = (value ?? {}) as { tsType?: unknown; items?: JsonSchema };
    const [, typeName, list] = typeof tsType === 'string' ? (/^([A-Z]\w*)(\[\])?$/.exec(tsType) ?? []) : [];
    if (typeName === undefined) return value;
    const name = typeName.replace(/\B[A-Z]/g, '-$&').toLowerCase();
    const part = list === undefined ? (value as JsonSchema) : items!;
    if (seen.get(name) === JSON.stringify(part)) shared.set(name, part);
    seen.set(name, JSON.stringify(part));
    return value;
  });
  return shared;
}

/** A schema without the remarks that only the type generator reads. */
export const published = (schema: JsonSchema): JsonSchema =>
  JSON.parse(JSON.stringify(schema, (key, value) => (key === 'tsType' ? undefined : value)));

const print = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
