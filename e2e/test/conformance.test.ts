import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startChild } from '@websocket-channel/example-full-chain/child';
import { freePort } from '@websocket-channel/example-full-chain/free-port';
import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { runConformance } from '../src/conformance.ts';

const path = (relative: string) => fileURLToPath(new URL(`../../${relative}`, import.meta.url));

const python = process.env.PYTHON_PATH ?? '/usr/bin/python3';

const secret = 'a secret of the tests, long enough for HS256';
const agentToken = 'a-token-of-the-tests-for-the-agent';

const tokenOf = (participant: string, lifetime: string) =>
  new SignJWT()
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(participant)
    .setExpirationTime(lifetime)
    .sign(new TextEncoder().encode(secret));

/** Where our relay keeps what it is given. */
const stores = (folder: string) => [
  ...['--store', join(folder, 'relay.db')],
  ...['--files', join(folder, 'files')],
];

/** Starts a relay in a process of its own and tests it, also how it leaves, with tokens that are made once it runs. */
async function testRelay(
  file: string,
  args: (folder: string) => readonly string[],
  environment: Readonly<Record<string, string>>,
  test: readonly string[],
  mint: () => Promise<Readonly<Record<string, string>>> = async () => ({}),
) {
  await using parts = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'websocket-channel-'));
  parts.defer(() => rm(folder, { recursive: true, force: true }));
  const port = await freePort();
  const url = `ws://127.0.0.1:${port}`;
  const env = { ...process.env, ...environment, WEBSOCKET_CHANNEL_AGENT_TOKEN: agentToken };
  const { child } = await startChild(
    {
      name: 'the relay',
      file,
      args: [...args(folder), '--port', String(port)],
      env,
      logFile: join(folder, 'relay.log'),
    },
    { line: (line) => line.startsWith('listening ') || undefined },
    60_000,
  );
  parts.defer(() => child.stop());
  return await runConformance(
    [
      'relay',
      '--url',
      `${url}/`,
      '--agent-url',
      `${url}/openclaw`,
      '--agent-token-env',
      'AGENT_TOKEN',
      '--pid',
      String(child.pid),
      ...test,
    ],
    { AGENT_TOKEN: agentToken, ...environment, ...(await mint()) },
  );
}

describe.concurrent('the conformance runner', () => {
  it('finds nothing wrong with our relay, for participants with tokens', async () => {
    const { exitCode, report } = await testRelay(
      process.execPath,
      (folder) => [path('sdk-relay/dist/cli.js'), ...stores(folder)],
      { WEBSOCKET_CHANNEL_JWT_SECRET: secret },
      [
        '--profile',
        'rich',
        '--alice-token-env',
        'ALICE',
        '--bob-token-env',
        'BOB',
        '--short-lived-token-env',
        'SHORT_LIVED',
      ],
      async () => ({
        ALICE: await tokenOf('alice', '1h'),
        BOB: await tokenOf('bob', '1h'),
        SHORT_LIVED: await tokenOf('alice', '30s'),
      }),
    );
    expect(report).toContain('The relay holds the profile rich');
    expect(exitCode).toBe(0);
  });

  it('finds nothing wrong with our relay, for guests', async () => {
    const { exitCode, report } = await testRelay(
      process.execPath,
      (folder) => [path('sdk-relay/dist/cli.js'), '--development', ...stores(folder)],
      {},
      ['--profile', 'rich'],
    );
    expect(report).toContain('The relay holds the profile rich');
    expect(exitCode).toBe(0);
  });

  it('finds nothing wrong with the relay in Python, in the profile reliable', async () => {
    const { exitCode, report } = await testRelay(python, () => [path('examples/python-relay/relay.py')], {}, [
      '--profile',
      'reliable',
    ]);
    expect(report).toContain('The relay holds the profile reliable');
    expect(exitCode).toBe(0);
  });

  it('finds no relay in Python that takes anybody for the agent', () => {
    const { status, stderr } = spawnSync(python, [path('examples/python-relay/relay.py'), '--port', '0'], {
      env: { PATH: process.env.PATH },
      encoding: 'utf8',
      timeout: 20_000,
    });
    expect({ status, stderr }).toEqual({ status: 1, stderr: 'Set WEBSOCKET_CHANNEL_AGENT_TOKEN\n' });
  });
});
