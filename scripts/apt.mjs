import { existsSync } from 'node:fs';
import { step } from './run.mjs';

/** Whether this process may install packages of Debian. */
export const mayInstall = () => process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');

/**
 * Installs packages of Debian.
 *
 * @param {string} what Name of it all, for the person who waits.
 * @param {readonly string[]} packages
 */
export async function aptInstall(what, packages) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await step('reading the package lists', ['apt-get', 'update', '-qq'], { env });
  await step(
    `installing ${what}`,
    ['apt-get', 'install', '-y', '-qq', '--no-install-recommends', ...packages],
    { env },
  );
}
