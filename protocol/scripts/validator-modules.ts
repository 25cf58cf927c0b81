import { Ajv } from 'ajv';
import standaloneCode from 'ajv/dist/standalone/index.js';
import { build } from 'esbuild';
import { type Direction, directions, type Message } from '../src/schema/message.ts';
import { compactModule } from './compact-module.ts';

const banner = '// Generated from the registry by protocol/scripts/generate.ts\n';

/**
 * One ES module of validators per direction: no `eval`, no `require`, no ajv at run time. Servers get ajv's code, for
 * speed; a client gets the compact form, for size.
 */
export async function validatorModules(registry: readonly Message[]): Promise<[string, string][]> {
  const modules = directions.map(async (direction): Promise<[string, string][]> => {
    const text =
      direction === 'relay-to-client'
        ? compactModule(registry, direction)
        : await standaloneModule(registry, direction);
    return [
      [`src/generated/validate-${direction}.js`, banner + text],
      [
        `src/generated/validate-${direction}.d.ts`,
        `${banner}import type { Validator } from '../codec.ts';\n\nexport declare const validators: ReadonlyMap<string, Validator>;\n`,
      ],
    ];
  });
  return (await Promise.all(modules)).flat();
}

async function standaloneModule(registry: readonly Message[], direction: Direction): Promise<string> {
  const ajv = new Ajv({
    strict: true,
    allErrors: true,
    allowUnionTypes: true,
    messages: false,
    inlineRefs: true,
    code: { source: true, esm: true },
  });
  const names: Record<string, string> = {};
  for (const { type, schemas } of registry) {
    const schema = schemas[direction];
    if (schema === undefined) continue;
    ajv.addSchema(withoutAnnotations(schema), type);
    names[`check_${type}`] = type;
  }
  const entries = Object.entries(names).map(([name, type]) => `['${type}', ${name}]`);
  const code = compact(standaloneCode(ajv, names));
  const bundled = await build({
    stdin: { contents: `${helpers}${code}\nexport const validators = new Map([${entries.join(', ')}]);` },
    bundle: true,
    format: 'esm',
    write: false,
    minifySyntax: true,
    target: 'es2022',
  });
  return bundled.outputFiles[0]!.text.replace(/export \{[^}]*\};\s*$/, 'export { validators };\n');
}

const annotations = new Set(['description', 'tsType']);
const withoutAnnotations = (schema: unknown): object =>
  JSON.parse(
    JSON.stringify(schema, (key, value) =>
      annotations.has(key) && typeof value === 'string' ? undefined : value,
    ),
  );

const helpers = `
const fault = (path, keyword, limit) => ({ path, keyword, limit });
const codePoints = (text) => {
  let count = text.length;
  for (let i = text.length - 1; i > 0; i--) {
    if ((text.charCodeAt(i) & 0xfc00) === 0xdc00 && (text.charCodeAt(i - 1) & 0xfc00) === 0xd800) { count--; i--; }
  }
  return count;
};
`;

/**
 * Turns ajv's standalone code into functions that answer with the first fault or with nothing. Compiled for all
 * errors, that code is a plain list of checks, so that each may return at once. Code points, which cost more to count
 * than the frame costs to parse, are counted only where the UTF-16 length exceeds the limit. A counted
 * class, whose letters an engine counts one by one, and the remainder of a large number, which it computes by a call, cost
 * as much as all the rest: two lengths, the search for a foreign letter and `Number.isInteger` say the same. The verdicts
 * stay ajv's: the tests hold both side by side.
 */
function compact(code: string): string {
  const schemas = new Map<string, unknown>();
  const lengths = new Map<string, readonly [min: string, max: string]>();
  return code
    .replace(
      /const (schema\d+) = (\{.*?\});(?=const|function|export|\s)/g,
      (_, name: string, json: string) => {
        schemas.set(name, JSON.parse(json));
        return '';
      },
    )
    .replace(
      /const (err\d+) = \{instancePath(?::([^,]*?))?,schemaPath:"[^"]*",keyword:"(\w+)",params:\{(.*?)\}(?:,propertyName:\w+)?\};\s*if\(vErrors === null\)\{\s*vErrors = \[\1\];\s*\}\s*else \{\s*vErrors\.push\(\1\);\s*\}\s*errors\+\+;/g,
      (_, _err, path: string | undefined, keyword: string, params: string) =>
        `return fault(${[pathOf(path, keyword, params), `"${keyword}"`, ...limitOf(params, schemas)].join(', ')});`,
    )
    .replace(/\{instancePath="", parentData, parentDataProperty, rootData=data\}=\{\}/g, '_')
    .replace(/, _\)\{let vErrors = null;\s*let errors = 0;/g, '){')
    .replace(/\w+\.errors = vErrors;\s*return errors === 0;/g, '')
    .replace(/const _errs\d+ = errors;|var valid\d+ = _errs\d+ === errors;/g, '')
    .replace(/if\(!valid\d+\)\{return fault\([^;]*\);\}/g, '')
    .replace(/"use strict";|const func\d+ = require\("ajv\/dist\/runtime\/ucs2length"\)\.default;/g, '')
    .replace(/func\d+\((\w+)\) > (\d+)/g, '$1.length > $2 && codePoints($1) > $2')
    .replace(/func\d+\((\w+)\) < 1\b/g, '$1.length < 1')
    .replace(
      /const (pattern\d+) = new RegExp\("\^\[([^^\]]+)\]\{(\d+),(\d+)\}\$/g,
      (_, name: string, letters: string, min: string, max: string) => {
        lengths.set(name, [min, max]);
        return `const ${name} = new RegExp("[^${letters}]`;
      },
    )
    .replace(/!(pattern\d+)\.test\((\w+)\)/g, (test, name: string, text: string) => {
      const [min, max] = lengths.get(name) ?? [];
      return min === undefined
        ? test
        : `${text}.length < ${min} || ${text}.length > ${max} || ${name}.test(${text})`;
    })
    .replace(
      /\(\(typeof (\w+) == "number"\) && \(!\(\1 % 1\) && !isNaN\(\1\)\)\) && \(isFinite\(\1\)\)/g,
      'Number.isInteger($1)',
    )
    .replace(/if\(\(typeof (\w+) == "number"\) && \(isFinite\(\1\)\)\)\{/g, '{')
    .replace(/ \|\| isNaN\(\w+\)/g, '');
}

/** A missing member is named by its path, like every other fault. */
function pathOf(path: string | undefined, keyword: string, params: string): string {
  const prefix = path?.replace(/^instancePath ?\+ ?/, '') ?? '""';
  const missing = keyword === 'required' ? /missingProperty: "(\w+)"/.exec(params)?.[1] : undefined;
  return missing === undefined ? prefix : `${prefix}+"/${missing}"`;
}

function limitOf(params: string, schemas: ReadonlyMap<string, unknown>): string[] {
  const [, name, value] =
    /(?:^|, )(limit|type|pattern|allowedValues?|failingKeyword): (.*)$/.exec(params) ?? [];
  if (name === undefined || value === undefined) return [];
  const reference = /^(schema\d+)((?:\.\w+)+)$/.exec(value);
  if (reference === null) return [value];
  let node = schemas.get(reference[1]!);
  for (const key of reference[2]!.slice(1).split('.')) node = (node as Record<string, unknown>)[key];
  return [JSON.stringify(Array.isArray(node) ? node.join(', ') : node)];
}
