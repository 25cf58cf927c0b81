import { existsSync } from 'node:fs';
import { aptInstall, mayInstall } from './apt.mjs';

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
  if (!mayInstall()) {
    throw new Error(
      'The browser tests need Chromium or Chrome: install one (Debian: apt-get install chromium fonts-noto-cjk), ' +
        'or name it in CHROME_PATH',
    );
  }
  await aptInstall('Chromium', ['chromium', 'fonts-noto-cjk']);
  const installed = findChromium();
  if (!installed) throw new Error('apt-get installed chromium, but there is none in /usr/bin');
  return installed;
}
