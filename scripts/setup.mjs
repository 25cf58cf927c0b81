/**
 * Makes a fresh clone runnable, then runs a command in it: `node scripts/setup.mjs [--browser] [--python] -- <command…>`.
 * Needs no installed package and any Node from 18 on; costs a few hundredths of a second when nothing is missing.
 */
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildPackages } from './build.mjs';
import { ensureChromium } from './chromium.mjs';
import { installPackages } from './install.mjs';
import { ensurePython } from './python.mjs';
import { run } from './run.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * What a command may ask for beside the packages: by option, a function that answers with environment variables.
 *
 * @type {Readonly<Record<string, () => Promise<Record<string, string>>>>}
 */
const needs = {
  '--browser': async () => ({ CHROME_PATH: await ensureChromium() }),
  '--python': async () => ({ PYTHON_PATH: await ensurePython() }),
};

const split = process.argv.indexOf('--');
const options = process.argv.slice(2, split === -1 ? undefined : split);
const command = split === -1 ? [] : process.argv.slice(split + 1);

try {
  await installPackages(root);
  const env = {
    ...process.env,
    PATH: [join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter),
  };
  await buildPackages(root, env);
  for (const option of options) {
    const need = needs[option];
    if (!need) throw new Error(`Unknown option ${option}; known: ${Object.keys(needs).join(' ')}`);
    Object.assign(env, await need());
  }
  if (command.length > 0) process.exitCode = await run(command, { env });
} catch (error) {
  console.error(`setup: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
