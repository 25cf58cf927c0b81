/**
 * Freezes the draft as a released version: `release-schema v1` copies the schemas and the vectors to `schema/v1`, beside
 * the hash of each file. A released folder never changes again; what is added later goes into a release of its own.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '..');
const [version = ''] = process.argv.slice(2);

if (!/^v[1-9]\d*(\.[1-9]\d*)?$/.test(version))
  fail('Name the version: release-schema v1, or v1.1 for an addition to v1');
const target = join(root, 'schema', version);
if (existsSync(target)) fail(`schema/${version} is released, and never changes again`);

const dataOf = (folder: string): string[] =>
  readdirSync(join(root, folder)).filter((name) => name.endsWith('.json'));
const files = new Map([
  ...dataOf('schema/draft').map(
    (name) => [name, read('schema/draft', name).replaceAll(':schema:draft:', `:schema:${version}:`)] as const,
  ),
  ...dataOf('vectors').map((name) => [`vectors/${name}`, read('vectors', name)] as const),
]);
const hashes = Object.fromEntries(
  [...files].map(([name, text]) => [name, createHash('sha256').update(text).digest('hex')]),
);
for (const [name, text] of [...files, ['hashes.json', `${JSON.stringify(hashes, null, 2)}\n`] as const]) {
  mkdirSync(dirname(join(target, name)), { recursive: true });
  writeFileSync(join(target, name), text);
}
console.log(`schema/${version}: ${files.size} files`);

function read(folder: string, name: string): string {
  return readFileSync(join(root, folder, name), 'utf8');
}

function fail(reason: string): never {
  console.error(reason);
  process.exit(1);
}
