import { type Direction, directions, type Message } from '../src/schema/message.ts';

const base = 'urn:websocket-channel:schema:draft';

/** JSON Schema 2020-12, kept to what draft-07 knows as well: one file per frame and one bundle. */
export function schemaFiles(registry: readonly Message[]): [string, string][] {
  const files: [string, string][] = [];
  const defs: Record<string, unknown> = {};
  const byDirection = Object.fromEntries(
    directions.map((direction) => [direction, [] as unknown[]]),
  ) as Record<Direction, unknown[]>;
  for (const { type, schemas } of registry) {
    const delivered = schemas['relay-to-client'] ?? schemas['relay-to-agent'];
    for (const direction of directions) {
      const schema = schemas[direction];
      if (schema === undefined) continue;
      const name = delivered === undefined || schema === delivered ? type : `${type}-submission`;
      byDirection[direction].push({ $ref: `#/$defs/${name}` });
      if (name in defs) continue;
      defs[name] = published(schema);
      files.push([
        `schema/draft/${name}.json`,
        print({
          $schema: 'https://json-schema.org/draft/2020-12/schema',
          $id: `${base}:${name}`,
          title: name,
          ...published(schema),
        }),
      ]);
    }
  }
  for (const direction of directions) defs[direction] = { anyOf: byDirection[direction] };
  files.push([
    'schema/draft/websocket-channel.json',
    print({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $id: `${base}:bundle`,
      title: 'websocket-channel protocol v1',
      $defs: defs,
    }),
  ]);
  return files;
}

const published = (schema: unknown): Record<string, unknown> =>
  JSON.parse(JSON.stringify(schema, (key, value) => (key === 'tsType' ? undefined : value)));

const print = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
