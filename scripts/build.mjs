import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { step } from './run.mjs';

/** All that is built, each after what goes into it: the plugin takes the chat page with it. */
export const builds = ['protocol', 'sdk-client', 'sdk-relay', 'examples/vue-chat', 'channel-plugin'];

/** The published packages. */
export const packages = builds.filter((name) => !name.includes('/'));

/** What of a package goes into its build. */
const sources = [
  ...['src', 'scripts', 'schema', 'public', 'package.json', 'tsup.config.ts', 'vite.config.ts'],
  ...['index.html', 'openclaw.plugin.json'],
];

/**
 * Builds each package whose sources, or those of a package before it, are not the ones that it was built from.
 *
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env
 */
export async function buildPackages(root, env) {
  const record = join(root, '.tools', 'built.json');
  const built = existsSync(record) ? JSON.parse(readFileSync(record, 'utf8')) : {};
  const hash = createHash('sha256');
  for (const name of builds) {
    const folder = join(root, name);
    hashFiles(hash, folder);
    const digest = hash.copy().digest('hex');
    if (existsSync(join(folder, 'dist')) && built[name] === digest) continue;
    await step(`building ${name}`, ['npm', 'run', '--silent', 'build', '-w', name], { cwd: root, env });
    mkdirSync(join(root, '.tools'), { recursive: true });
    writeFileSync(record, JSON.stringify(Object.assign(built, { [name]: digest }), null, 2));
  }
}

/**
 * @param {import('node:crypto').Hash} hash
 * @param {string} folder
 */
function hashFiles(hash, folder) {
  for (const source of sources) {
    const path = join(folder, source);
    if (!existsSync(path)) continue;
    for (const file of source.includes('.') ? [path] : filesIn(path)) {
      hash.update(`${relative(folder, file)}\0`).update(readFileSync(file));
    }
  }
}

/**
 * @param {string} folder
 * @returns {string[]}
 */
const filesIn = (folder) =>
  readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) =>
      entry.isDirectory() ? filesIn(join(folder, entry.name)) : [join(folder, entry.name)],
    );
