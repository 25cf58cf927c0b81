import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { checkFlags, cliOptions } from '../src/cli-options.ts';
import { runRelay } from './support/program.ts';
import { RawPeer } from './support/raw-peer.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const path = temporaryFolder();
let homes = 0;

/** Runs the command for a user who has no data yet. */
const run = (args: string[], environment: NodeJS.ProcessEnv = {}) =>
  runRelay(args, { HOME: path('home'), XDG_DATA_HOME: path(`data${homes++}`), ...environment });

const hello = (more: object) => ({ type: 'hello', versions: [1], ...more });

describe('websocket-channel-relay', () => {
  it('says where it listens in one line, serves guests, and drains when it is asked to stop', async () => {
    const relay = await run(['--port', '0', '--development']);
    expect(relay.output()).toMatch(/^listening ws:\/\/127\.0\.0\.1:\d+\n$/);
    const alice = await RawPeer.open(relay.url, 'client');
    alice.send(hello({ role: 'client', source: 'alice' }));
    expect(await alice.nextFrame('welcome')).toMatchObject({ identity: { source: 'alice' } });
    relay.child.kill('SIGTERM');
    expect(await alice.awaitFrame('bye')).toMatchObject({ reason: 'drain' });
    expect((await alice.closed()).code).toBe(4503);
    expect(await relay.exited).toBe(0);
    expect(relay.output().split('\n')).toHaveLength(2);
  });

  it('takes secrets from the environment and lets in who has a token', async () => {
    const secret = 'a secret of more than thirty-two bytes';
    const relay = await run(['--port', '0'], {
      WEBSOCKET_CHANNEL_AGENT_TOKEN: 'token-of-the-agent',
      WEBSOCKET_CHANNEL_JWT_SECRET: secret,
    });
    const sign = (key: string, claims: object) =>
      new SignJWT({ ...claims })
        .setProtectedHeader({ alg: 'HS256' })
        .setSubject('alice')
        .setExpirationTime('1h')
        .sign(new TextEncoder().encode(key));
    const alice = await RawPeer.open(relay.url, 'client');
    const token = await sign(secret, { name: 'Alice', conversations: ['team'] });
    alice.send(hello({ role: 'client', token, attach: [{ conversation: 'team' }] }));
    expect(await alice.nextFrame('welcome')).toMatchObject({
      identity: { source: 'alice', name: 'Alice' },
      tokenExpiresAt: expect.any(Number),
    });
    expect(await alice.nextFrame('attached')).toMatchObject({ conversation: 'team' });
    const forged = await RawPeer.open(relay.url, 'client');
    forged.send(hello({ role: 'client', token: await sign('another secret of over thirty-two bytes', {}) }));
    expect((await forged.closed()).code).toBe(4401);
    const agent = await RawPeer.open(`${relay.url}/openclaw`, 'agent');
    agent.send(hello({ role: 'agent', token: 'token-of-the-agent' }));
    await agent.nextFrame('welcome');
    relay.child.kill('SIGINT');
    expect(await relay.exited).toBe(0);
    expect(relay.log()).not.toContain('token-of-the-agent');
    expect(relay.log()).not.toContain(token);
  });

  it('serves on where its log has no room, and tells when there is room again what it holds of it', async () => {
    await using log = await open(path('relay.log'), 'a');
    const relay = await runRelay(
      ['--port', '0', '--development'],
      { HOME: path('home') },
      { fileBlocks: 1, errors: log.fd },
    );
    const greet = async () => {
      const alice = await RawPeer.open(relay.url, 'client');
      alice.send(hello({ role: 'client', source: 'alice' }));
      const { session } = await alice.nextFrame('welcome');
      alice.close();
      return session;
    };
    const sessions = [];
    for (let count = 0; count < 5; count++) sessions.push(await greet());
    const told = await readFile(path('relay.log'), 'utf8');
    expect(told).toHaveLength(512);
    await log.truncate();
    await greet();
    const more = await readFile(path('relay.log'), 'utf8');
    const lines = `${told}${more}`.split('\n').slice(0, -1);
    expect(lines.join().length).toBeGreaterThan(512);
    expect(lines.map((line) => JSON.parse(line).session)).toContain(sessions[1]);
    relay.child.kill('SIGTERM');
    expect(await relay.exited).toBe(0);
  });

  it('reads the token of the agent from a file, and allows origins that are named', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'relay-'));
    try {
      await writeFile(join(folder, 'token'), 'token-of-the-agent\n');
      const relay = await run(
        [
          '--port=0',
          '--agent-token-file',
          join(folder, 'token'),
          '--origin',
          'https://a.example',
          '--origin=https://b.example',
        ],
        { WEBSOCKET_CHANNEL_JWT_SECRET: 'a secret of more than thirty-two bytes' },
      );
      const agent = await RawPeer.open(`${relay.url}/openclaw`, 'agent');
      agent.send(hello({ role: 'agent', token: 'token-of-the-agent' }));
      await agent.nextFrame('welcome');
      for (const origin of ['https://a.example', 'https://b.example']) {
        await (await RawPeer.open(relay.url, 'client', { origin })).close();
      }
      await expect(RawPeer.open(relay.url, 'client', { origin: 'https://c.example' })).rejects.toThrow('403');
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('does not start without tokens or development mode, and says why without a stack', async () => {
    const relay = await run([]);
    expect(await relay.exited).toBe(1);
    expect(relay.log()).toMatch(/^WEBSOCKET_CHANNEL_JWT_SECRET is missing.*--development.*\n$/);
    expect(relay.output()).toBe('');
  });

  it.each([
    ['a flag that is misspelt', ['--prot', '9000'], /^There is no flag --prot\n$/],
    [
      'a database in what is no folder',
      ['--store', join(import.meta.filename, 'relay.db')],
      /^There is no folder for .*relay\.db: E.*\n$/,
    ],
    ['a folder of files that is none', ['--files', import.meta.filename], /^--files .*cli\.test\.ts.*\n$/],
  ])('does not start with %s, and says so in one line', async (_, args, message) => {
    const relay = await run(['--development', '--port=0', ...args]);
    expect(await relay.exited).toBe(1);
    expect(relay.log()).toMatch(message);
    expect(relay.output()).toBe('');
  });

  it('tells its version', async () => {
    const { version } = createRequire(import.meta.url)('../package.json');
    const relay = await run(['--version']);
    expect([await relay.exited, relay.output()]).toEqual([0, `${version}\n`]);
  });
});

describe('the command line', () => {
  const args = { port: '8765', development: true, legacy: false, 'log-level': 'info' };

  it.each([
    ['a port that is none', { ...args, port: 'many' }, {}, '--port must be 0 to 65535'],
    ['a port that is too high', { ...args, port: '65536' }, {}, '--port must be 0 to 65535'],
    ['a level that is none', { ...args, 'log-level': 'loud' }, {}, '--log-level must be one of trace, debug'],
    ['a weak secret', args, { WEBSOCKET_CHANNEL_JWT_SECRET: 'x'.repeat(31) }, 'at least 32 bytes'],
    ['a file that is not there', { ...args, 'agent-token-file': '/nowhere' }, {}, 'ENOENT'],
    ['a file that is a folder', { ...args, 'agent-token-file': '/' }, {}, '--agent-token-file /: EISDIR'],
    ['a file that is empty', { ...args, 'agent-token-file': '/dev/null' }, {}, '/dev/null is empty'],
    ['an empty token', args, { WEBSOCKET_CHANNEL_AGENT_TOKEN: '' }, 'WEBSOCKET_CHANNEL_AGENT_TOKEN is empty'],
    ['no secret', { ...args, development: false }, {}, 'WEBSOCKET_CHANNEL_JWT_SECRET is missing'],
    [
      'no token of an agent',
      { ...args, development: false },
      { WEBSOCKET_CHANNEL_JWT_SECRET: 'x'.repeat(32) },
      'WEBSOCKET_CHANNEL_AGENT_TOKEN is missing',
    ],
  ])('is refused with %s', async (_, given, environment, message) => {
    await expect(cliOptions(given, [], environment)).rejects.toThrow(message);
  });

  it('is taken with the highest port and the shortest secret', async () => {
    const environment = { WEBSOCKET_CHANNEL_JWT_SECRET: 'x'.repeat(32) };
    const options = await cliOptions({ ...args, port: '65535' }, [], environment);
    expect(options.authenticate).toBeTypeOf('function');
  });

  const flags = { port: { type: 'string' }, legacy: { type: 'boolean' } } as const;

  it('is taken with flags and their values, each in either form', () => {
    const given = ['--port', '1', '--legacy', '--no-legacy', '--legacy=false', '--port=-2', '--help', '-v'];
    expect(() => checkFlags(given, flags)).not.toThrow();
    expect(() => checkFlags(['inspect', 'file', '--help'], {})).not.toThrow();
  });

  it.each([
    [['--legcay'], /^There is no flag --legcay$/],
    [['--token=secret'], /^There is no flag --token$/],
    [['-x'], /^There is no flag -x$/],
    [['--no-port'], /^There is no flag --no-port$/],
    [['--toString'], /^There is no flag --toString$/],
    [['--port'], /^--port needs a value$/],
    [['--port='], /^--port needs a value$/],
    [['--port', ''], /^--port needs a value$/],
    [['--port', '--legacy'], /^--port needs a value$/],
    [['--legacy=0'], /^--legacy takes no value$/],
    [['--legacy', 'serve'], /^There is no argument serve/],
  ])('is refused as %j', (given, message) => {
    expect(() => checkFlags(given, flags)).toThrow(message);
  });
});
