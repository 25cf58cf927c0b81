import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ChildError, runCommand } from './child.ts';

/** The root of the repository that this example is part of. */
export const repository = fileURLToPath(new URL('../../..', import.meta.url));

const PAGE = 'examples/vue-chat';

/** The built chat page. */
export const pageFolder = join(repository, PAGE, 'dist');

/** The built plugin. */
export const pluginFolder = join(repository, 'channel-plugin');

/** The plugin where nothing depends on how it is installed: its folder, or the package file that `PLUGIN_FILE` names. */
export const pluginSource = process.env.PLUGIN_FILE ?? pluginFolder;

// The client's build goes into the page's.
const PAGE_SOURCES = [
  'src',
  'public',
  'index.html',
  'package.json',
  'vite.config.ts',
  '../../sdk-client/dist',
];

/** Whether the chat page has to be built: its build is missing, or older than what goes into it. */
export async function isPageStale(root = repository): Promise<boolean> {
  const folder = join(root, PAGE);
  const built = await fileTimes(join(folder, 'dist'));
  const sources = await Promise.all(PAGE_SOURCES.map((name) => fileTimes(join(folder, name))));
  return built.length === 0 || Math.max(...sources.flat()) > Math.min(...built);
}

/** Builds the chat page. @throws {@link ChildError} with the builder's words when it fails. */
export const buildPage = (signal?: AbortSignal): Promise<void> => npm(['run', 'build', '-w', PAGE], signal);

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

async function fileTimes(path: string): Promise<number[]> {
  const found = await stat(path).catch(() => undefined);
  if (!found) return [];
  if (found.isFile()) return [found.mtimeMs];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return Promise.all(files.map(async (file) => (await stat(join(file.parentPath, file.name))).mtimeMs));
}
