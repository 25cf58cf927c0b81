import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { frameSchemas } from '../scripts/frame-schemas.ts';
import { registry } from '../src/schema/registry.ts';
import { draftFolder, readSchema } from './plain-ajv.ts';

const root = join(import.meta.dirname, '..');
const names = readdirSync(draftFolder)
  .map((file) => basename(file, '.json'))
  .filter((name) => name !== 'constants');

/** What JSON Schema 2020-12 and draft-07 both know, with the same meaning. */
const commonKeywords = new Set([
  '$id',
  '$ref',
  '$schema',
  'anyOf',
  'const',
  'description',
  'enum',
  'items',
  'maxItems',
  'maxLength',
  'maxProperties',
  'maximum',
  'minItems',
  'minLength',
  'minimum',
  'not',
  'pattern',
  'properties',
  'propertyNames',
  'required',
  'title',
  'type',
  // A place to keep schemas, which a draft-07 validator ignores and `$ref` reaches all the same.
  '$defs',
]);

/** Every schema within a schema, with its pointer. */
function* schemasIn(schema: unknown, at = ''): Generator<[string, Record<string, unknown>]> {
  const node = schema as Record<string, unknown>;
  yield [at, node];
  for (const holder of ['properties', '$defs']) {
    for (const [name, child] of Object.entries((node[holder] ?? {}) as object))
      yield* schemasIn(child, `${at}/${holder}/${name}`);
  }
  for (const holder of ['items', 'not', 'propertyNames']) {
    if (node[holder] !== undefined) yield* schemasIn(node[holder], `${at}/${holder}`);
  }
  for (const [index, child] of ((node.anyOf ?? []) as unknown[]).entries())
    yield* schemasIn(child, `${at}/anyOf/${index}`);
}

describe('the schema files', () => {
  test('are one per frame and a bundle of all', () => {
    const frames = frameSchemas(registry).map(({ name }) => name);
    expect(names.toSorted()).toEqual([...frames, 'websocket-channel'].toSorted());
    const { $defs } = readSchema(draftFolder, 'websocket-channel') as { $defs: object };
    expect(Object.keys($defs)).toEqual(expect.arrayContaining(frames));
  });

  test('are known by stable ids', () => {
    for (const name of names) {
      const id = name === 'websocket-channel' ? 'bundle' : name;
      expect(readSchema(draftFolder, name)).toMatchObject({
        $id: `urn:websocket-channel:schema:draft:${id}`,
      });
    }
  });

  test.each(names)('%s compiles strictly under 2020-12 and draft-07 alike', (name) => {
    for (const Dialect of [Ajv2020, Ajv]) {
      const ajv = new Dialect({ strict: true, allowUnionTypes: true });
      expect(ajv.compile(readSchema(draftFolder, name))).toBeTypeOf('function');
    }
  });

  test.each(names)('%s has no keyword that the two drafts do not share', (name) => {
    for (const [at, schema] of schemasIn(readSchema(draftFolder, name))) {
      const foreign = Object.keys(schema).filter((keyword) => !commonKeywords.has(keyword));
      expect(foreign, `${name}${at}`).toEqual([]);
      // Draft-07 ignores whatever stands beside a reference, and takes a list of items for a tuple.
      if ('$ref' in schema) expect(Object.keys(schema), `${name}${at}`).toEqual(['$ref']);
      if ('items' in schema) expect(Array.isArray(schema.items), `${name}${at}`).toBe(false);
    }
  });

  test('hold a bundle of at most 60 kB', () => {
    expect(statSync(join(draftFolder, 'websocket-channel.json')).size).toBeLessThanOrEqual(60_000);
  });

  test('and all else that is generated are what the registry says', () => {
    const said = execFileSync(process.execPath, ['scripts/generate.ts', '--check'], {
      cwd: root,
      encoding: 'utf8',
    });
    expect(said).toMatch(/^protocol: \d+ generated files are up to date\n$/);
  }, 60_000);
});

describe('the validators of what a client reads', () => {
  test('are at most 4.5 kB, minified and gzipped', async () => {
    const bundled = await build({
      entryPoints: [join(root, 'src', 'generated', 'validate-relay-to-client.js')],
      bundle: true,
      minify: true,
      format: 'esm',
      write: false,
    });
    const bytes = gzipSync(bundled.outputFiles[0]!.contents, { level: 9 }).length;
    expect(bytes).toBeLessThanOrEqual(4_500);
    expect(bytes).toBeGreaterThan(500);
  });
});
