import { availableParallelism } from 'node:os';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { findChromium } from './scripts/chromium.mjs';

const source = (path: string) => new URL(path, import.meta.url).pathname;

/** Tests of a package run on its sources and on those of its neighbours: no build in between. */
const alias = [
  { find: /^@websocket-channel\/(protocol|sdk-client|sdk-relay)$/, replacement: source('./$1/src/index.ts') },
  {
    find: /^@websocket-channel\/protocol\/(client|relay|agent|legacy|link|sequence)$/,
    replacement: source('./protocol/src/$1.ts'),
  },
  { find: /^@websocket-channel\/(sdk-client|sdk-relay)\/(\w+)$/, replacement: source('./$1/src/$2.ts') },
];

const chromium = findChromium();
const chromiumEnv = chromium === undefined ? {} : { CHROME_PATH: chromium };

export default defineConfig({
  test: {
    allowOnly: false,
    silent: 'passed-only',
    projects: [
      {
        resolve: { alias },
        test: {
          name: 'node',
          env: chromiumEnv,
          include: [
            '{protocol,sdk-client,sdk-relay,channel-plugin,examples/*,bench,scripts}/test/**/*.test.ts',
          ],
          exclude: ['**/*.browser.test.ts', '**/node_modules/**'],
          // One fewer than there are, by default.
          maxWorkers: availableParallelism(),
          // A busy machine is no failure.
          testTimeout: 30_000,
          expect: { poll: { timeout: 10_000 } },
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'browser',
          include: ['{sdk-client,examples/*}/test/**/*.browser.test.ts'],
          benchmark: { enabled: false },
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: {
                ...(chromium !== undefined && { executablePath: chromium }),
                args: [
                  '--no-sandbox',
                  '--disable-gpu',
                  '--disable-quic',
                  '--no-first-run',
                  '--disable-background-networking',
                  '--disable-component-update',
                  '--disable-sync',
                ],
              },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
      {
        test: {
          name: 'e2e',
          env: chromiumEnv,
          include: ['e2e/test/**/*.test.ts'],
          globalSetup: ['e2e/src/build-page.ts'],
          // A Gateway waits for most of its time, and needs 1 GB.
          maxWorkers: 3,
          // After the others, which have as many workers as there are processors.
          sequence: { groupOrder: 1 },
          // A busy machine is no failure.
          expect: { poll: { timeout: 60_000 } },
          testTimeout: 300_000,
          hookTimeout: 480_000,
        },
      },
    ],
  },
});
