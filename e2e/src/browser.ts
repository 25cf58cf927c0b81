import { existsSync } from 'node:fs';
import { readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type LaunchOptions } from 'playwright';

const candidates = [
  process.env.CHROME_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/**
 * Starts the machine's Chromium without a window; it opens no connection of its own.
 *
 * @throws When there is none.
 */
export const launchBrowser = (): Promise<Browser> => chromium.launch(options());

/**
 * Starts it with a profile that stays when it ends, as a person's does.
 *
 * @param folder Where the profile is, or will be.
 * @throws When there is no Chromium.
 */
export const launchWithProfile = (folder: string): Promise<BrowserContext> =>
  chromium.launchPersistentContext(folder, { ...options(), locale: 'en-US' });

/** Ends the browser that uses a profile with SIGKILL, as a crash would. */
export async function killBrowserOf(folder: string): Promise<void> {
  // Chromium's own lock: `<host>-<process id>`.
  const lock = await readlink(join(folder, 'SingletonLock'));
  process.kill(Number(lock.split('-').at(-1)), 'SIGKILL');
}

function options(): LaunchOptions {
  const executablePath = candidates.find((path) => path !== undefined && existsSync(path));
  if (executablePath === undefined) throw new Error('No Chromium was found; set CHROME_PATH');
  return {
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  };
}
