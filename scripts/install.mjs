import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { step } from './run.mjs';

/** Runs the installation where the machine's own Node is too old for OpenClaw; the same as in package.json. */
const NODE = 'node@24.21.0';

/**
 * Installs what package-lock.json lists, unless it is there already.
 *
 * @param {string} root
 */
export async function installPackages(root) {
  if (isInstalled(root)) return;
  const PATH = await pathOfRecentNode(root);
  // --include=dev: a production environment needs the tools as well.
  await step('installing the packages', ['npm', 'ci', '--include=dev'], {
    cwd: root,
    env: { ...process.env, PATH },
  });
  if (!isInstalled(root)) throw new Error('npm ci left packages out: see its output above');
}

/**
 * Whether what npm installed is what the lockfile lists. npm writes its own record last, so that an interrupted
 * installation counts as none.
 *
 * @param {string} root
 */
function isInstalled(root) {
  const record = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  const installed = packagesIn(record);
  return Object.entries(packagesIn(join(root, 'package-lock.json'))).every(
    ([path, { optional, link, version }]) =>
      path === '' || optional || (installed[path] && (link || installed[path].version === version)),
  );
}

/**
 * @param {string} lockfile
 * @returns {Record<string, { version?: string, optional?: boolean, link?: boolean }>}
 */
const packagesIn = (lockfile) => JSON.parse(readFileSync(lockfile, 'utf8')).packages;

/**
 * A PATH whose `node` can install OpenClaw. It leaves out this workspace's own node_modules, which npm puts first
 * and `npm ci` deletes.
 *
 * @param {string} root
 */
async function pathOfRecentNode(root) {
  const own = join(root, 'node_modules', '.bin');
  const PATH = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== own)
    .join(delimiter);
  if (runsOpenClaw(nodeVersion(PATH))) return PATH;

  const tools = join(root, '.tools');
  const withTools = [join(tools, 'node_modules', '.bin'), PATH].join(delimiter);
  if (!runsOpenClaw(nodeVersion(withTools))) {
    mkdirSync(tools, { recursive: true });
    writeFileSync(
      join(tools, 'package.json'),
      JSON.stringify({ private: true, allowScripts: { node: true } }),
    );
    await step(
      'installing a Node that runs OpenClaw',
      ['npm', 'install', '--no-save', '--no-package-lock', '--prefix', tools, NODE],
      { cwd: root, env: { ...process.env, PATH } },
    );
  }
  return withTools;
}

/** @param {string} PATH */
function nodeVersion(PATH) {
  try {
    return execFileSync('node', ['--version'], { env: { ...process.env, PATH }, encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
}

/**
 * Whether OpenClaw accepts this Node: >=24.16 <25 or >=26.1.
 *
 * @param {string} version
 */
function runsOpenClaw(version) {
  const [major = 0, minor = 0] = version.replace('v', '').split('.').map(Number);
  return (major === 24 && minor >= 16) || (major === 26 && minor >= 1) || major > 26;
}
