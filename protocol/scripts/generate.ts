/** Derives everything that is generated from the registry. `--check` writes nothing and fails on a difference. */
import { readFileSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { registry } from '../src/schema/registry.ts';
import { asyncApiFile } from './asyncapi.ts';
import { constantsFile } from './constants-file.ts';
import { frameTypes } from './frame-types.ts';
import { protocolTexts } from './protocol-text.ts';
import { schemaFiles } from './schema-files.ts';
import { validatorModules } from './validator-modules.ts';
import { vectorFiles } from './vectors/files.ts';

const root = join(import.meta.dirname, '..');
const check = process.argv.includes('--check');

const files = new Map<string, string>([
  ...(await validatorModules(registry)),
  ...(await frameTypes(registry)),
  ...schemaFiles(registry),
  constantsFile(),
  asyncApiFile(registry),
  ...vectorFiles(registry),
  ...protocolTexts(registry),
]);

const generatedFolders = ['src/generated', 'schema/draft'];
const present = (
  await Promise.all(
    generatedFolders.map((folder) =>
      readdir(join(root, folder)).then(
        (names) => names.map((name) => `${folder}/${name}`),
        () => [],
      ),
    ),
  )
).flat();
const stale = present.filter((path) => !files.has(path));
const changed = [...files].filter(([path, text]) => {
  try {
    return readFileSync(join(root, path), 'utf8') !== text;
  } catch {
    return true;
  }
});

if (check) {
  for (const path of [...stale, ...changed.map(([path]) => path)])
    console.error(`protocol/${path} is not what the registry says`);
  if (stale.length + changed.length > 0) {
    console.error('Run: npm run generate -w protocol');
    process.exit(1);
  }
  console.log(`protocol: ${files.size} generated files are up to date`);
} else {
  await Promise.all(stale.map((path) => rm(join(root, path))));
  for (const [path, text] of changed) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  console.log(`protocol: ${changed.length} of ${files.size} generated files written`);
}
