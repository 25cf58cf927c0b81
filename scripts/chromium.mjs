import { existsSync } from 'node:fs';
import { step } from './run.mjs';

/**
 * Path of a Chromium or Chrome on this machine: `CHROME_PATH`, or where systems put it.
 *
 * @returns {string | undefined}
 */
export const findChromium = () =>
  [
    process.env.CHROME_PATH,
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  ].find((path) => path && existsSync(path));

/**
 * Finds a Chromium; installs Debian's where there is none and this process may.
 *
 * @returns {Promise<string>} its path
 */
export async function ensureChromium() {
  const found = findChromium();
  if (found) return found;
  if (process.env.CHROME_PATH) throw new Error(`CHROME_PATH names no file: ${process.env.CHROME_PATH}`);
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    throw new Error(
      'The browser tests need Chromium or Chrome: install one (Debian: apt-get install chromium fonts-noto-cjk), ' +
        'or name it in CHROME_PATH',
    );
  }
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await step('reading the package lists', ['apt-get', 'update', '-qq'], { env });
  await step(
    'installing Chromium',
    ['apt-get', 'install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-noto-cjk'],
    { env },
  );
  const installed = findChromium();
  if (!installed) throw new Error('apt-get installed chromium, but there is none in /usr/bin');
  return installed;
}
