import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ChildError, runCommand } from './child.ts';

/** The root of the repository that this example is part of. */
export const repository = fileURLToPath(new URL('../../..', import.meta.url));

/** The built chat page. */
export const pageFolder = join(repository, 'examples/vue-chat/dist');

// Each row may be built at once, and needs the rows above it.
const BUILD_ORDER = [['protocol'], ['sdk-client', 'sdk-relay', 'channel-plugin'], ['examples/vue-chat']];
const SOURCES = [
  'src',
  'public',
  'scripts',
  'index.html',
  'package.json',
  'tsup.config.ts',
  'vite.config.ts',
];

/** The packages whose build is missing or older than their sources, with all that are built from those; in building order. */
export async function stalePackages(root = repository): Promise<string[][]> {
  const rows: string[][] = [];
  for (const row of BUILD_ORDER) {
    const stale = rows.length ? row : await filter(row, (name) => isStale(join(root, name)));
    if (stale.length) rows.push(stale);
  }
  return rows;
}

/** Builds packages. @throws {@link ChildError} with the builder's words when one fails. */
export async function buildPackages(
  rows: readonly (readonly string[])[],
  signal?: AbortSignal,
): Promise<void> {
  for (const row of rows) await Promise.all(row.map((name) => npm(['run', 'build', '-w', name], signal)));
}

/** Makes the npm package file of the plugin, as it would be published, and returns its path. */
export async function packPlugin(folder: string, signal?: AbortSignal): Promise<string> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await npm(['pack', '-w', 'channel-plugin', '--ignore-scripts', '--pack-destination', folder], signal);
  const [file] = await readdir(folder);
  if (!file) throw new ChildError('npm pack made no file', '');
  return join(folder, file);
}

async function npm(args: string[], signal?: AbortSignal): Promise<void> {
  const name = `npm ${args.join(' ')}`;
  const { code, stdout, stderr } = await runCommand({ name, file: 'npm', args, cwd: repository, signal });
  if (code !== 0) throw new ChildError(`${name} failed (exit code ${code})`, `${stdout}${stderr}`.trimEnd());
}

async function isStale(folder: string): Promise<boolean> {
  const built = await fileTimes(join(folder, 'dist'));
  const sources = await Promise.all(SOURCES.map((name) => fileTimes(join(folder, name))));
  return built.length === 0 || Math.max(...sources.flat()) > Math.min(...built);
}

async function fileTimes(path: string): Promise<number[]> {
  const found = await stat(path).catch(() => undefined);
  if (!found) return [];
  if (found.isFile()) return [found.mtimeMs];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return Promise.all(files.map(async (file) => (await stat(join(file.parentPath, file.name))).mtimeMs));
}

async function filter<T>(items: readonly T[], keep: (item: T) => Promise<boolean>): Promise<T[]> {
  const kept = await Promise.all(items.map(keep));
  return items.filter((_, index) => kept[index]);
}
