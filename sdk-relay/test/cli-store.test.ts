import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { boundsOf, dataFolder } from '../src/cli-store.ts';
import { inspect } from '../src/store/sqlite/inspect.ts';
import { runRelay } from './support/program.ts';
import { RawPeer } from './support/raw-peer.ts';
import { event } from './support/running-relay.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const path = temporaryFolder();

describe('the store of websocket-channel-relay', { timeout: 60_000 }, () => {
  const secrets = {
    WEBSOCKET_CHANNEL_AGENT_TOKEN: 'token-of-the-agent',
    WEBSOCKET_CHANNEL_JWT_SECRET: 'a secret of more than thirty-two bytes',
  };
  const environment = { ...secrets, HOME: path('home'), XDG_DATA_HOME: path('data') };
  const file = path('data/websocket-channel/relay.db');

  async function told(args: string[]) {
    const program = await runRelay(args, environment);
    const code = await program.exited;
    return { code, output: program.output(), log: program.log() };
  }

  it('is a file in the data folder, which one relay at a time can have and nobody else can read', async () => {
    const first = await runRelay(['--port', '0'], environment);
    expect(first.output()).toMatch(/^listening /);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(path('data/websocket-channel')).mode & 0o777).toBe(0o700);
    const second = await told(['--port', '0']);
    expect(second).toEqual({
      code: 1,
      output: '',
      log: `${file} is in use: one relay at a time can have it\n`,
    });
    first.child.kill('SIGTERM');
    expect(await first.exited).toBe(0);
    expect(existsSync(`${file}-wal`)).toBe(false);
  });

  it('is none on the disk for development, or where that is asked for', async () => {
    for (const args of [['--development'], ['--store', 'memory']]) {
      const relay = await runRelay(['--port', '0', ...args], {
        ...secrets,
        HOME: path('no'),
        XDG_DATA_HOME: path('no'),
      });
      expect(relay.output()).toMatch(/^listening /);
      expect(existsSync(path('no'))).toBe(false);
    }
  });

  it('is not made by a relay that does not start', async () => {
    const relay = await runRelay(['--port', '0'], { HOME: path('no'), XDG_DATA_HOME: path('no') });
    expect(await relay.exited).toBe(1);
    expect(existsSync(path('no'))).toBe(false);
  });

  it('is let go of if the port cannot be had', async () => {
    const [own, other] = [path('own.db'), await runRelay(['--port', '0', '--development'], environment)];
    const { port } = new URL(other.url);
    expect(await told(['--port', port, '--store', own])).toMatchObject({
      code: 1,
      log: expect.stringContaining('EADDRINUSE'),
    });
    expect(inspect(own).faults).toEqual([]);
  });

  async function stored(own: string, ids: readonly string[], args: readonly string[] = []) {
    const relay = await runRelay(['--port', '0', '--development', '--store', own, ...args], {});
    const alice = await RawPeer.open(relay.url, 'client');
    alice.send({ type: 'hello', role: 'client', versions: [1], source: 'alice', attach: [] });
    await alice.nextFrame('welcome');
    alice.send(...ids.map((id) => event(id)));
    for (const id of ids) expect(await alice.awaitFrame('ack')).toMatchObject({ id, status: 'accepted' });
    return relay;
  }

  it('survives a relay that is killed, and one that ends', async () => {
    const own = path('survivor.db');
    for (const [id, signal] of [['ev1', 'SIGKILL'] as const, ['ev2', 'SIGTERM'] as const]) {
      const relay = await stored(own, [id]);
      relay.child.kill(signal);
      await relay.exited;
    }
    expect(inspect(own)).toMatchObject({ conversations: 1, frames: 2, faults: [] });
  });

  it('can be looked into and copied', async () => {
    const [own, copy] = [path('sound.db'), path('copy.db')];
    const relay = await stored(own, ['ev1', 'ev2']);
    expect(await told(['inspect', own])).toMatchObject({
      code: 1,
      log: `${own} is in use: one relay at a time can have it\n`,
    });
    relay.child.kill('SIGTERM');
    await relay.exited;
    const sound = await told(['inspect', own]);
    expect(sound.output).toMatch(
      /sound\.db: version 1, \d+ bytes\n1 conversations, 2 frames of \d+ characters\n2 events wait for the agent default\nsound\n$/,
    );
    expect(sound.code).toBe(0);
    expect(await told(['repair', own, copy])).toMatchObject({
      code: 0,
      output: `${copy}: 1 conversations, 2 frames, 2 events that wait\nnothing was lost\n`,
    });
    expect(await told(['repair', own, copy])).toMatchObject({
      code: 1,
      log: `There is a file ${copy} already\n`,
    });
  });

  it('is told to be damaged where it is, and what is left of it is saved', async () => {
    const own = path('damaged.db');
    const relay = await stored(own, ['ev1']);
    relay.child.kill('SIGTERM');
    await relay.exited;
    const bytes = readFileSync(own);
    await writeFile(own, bytes.fill(0, bytes.length / 2));
    expect(await told(['inspect', own])).toMatchObject({
      code: 1,
      output: expect.stringContaining('damaged:\n'),
    });
    expect(await told(['--port', '0', '--store', own])).toMatchObject({
      code: 1,
      log: expect.stringMatching(/is damaged .*`websocket-channel-relay repair` can save what is left\n$/),
    });
    const saved = await told(['repair', own, path('saved.db')]);
    expect(saved).toMatchObject({ code: 0, output: expect.not.stringContaining('nothing was lost') });
  });

  it('keeps as many frames as it is told to', async () => {
    const own = path('few.db');
    const relay = await stored(own, ['ev1', 'ev2', 'ev3'], ['--keep-frames', '2']);
    relay.child.kill('SIGTERM');
    await relay.exited;
    expect(inspect(own)).toMatchObject({ frames: 2, waiting: new Map([['default', 3]]) });
  });

  it.each([
    ['--keep-frames', '0'],
    ['--keep-frames', 'all'],
    ['--keep-days', '1.5'],
    ['--keep-days', '1000000000'],
  ])('is not opened with %s %s', (flag, value) => {
    const isFrames = flag === '--keep-frames';
    expect(() => boundsOf(isFrames ? value : undefined, isFrames ? undefined : value)).toThrow(
      `${flag} must be a whole number from 1 to 999999999`,
    );
  });

  it('keeps frames as long as it is told to', () => {
    expect(boundsOf('1', '999999999')).toEqual({ frames: 1, ageMs: 999_999_999 * 86_400_000 });
    expect(boundsOf(undefined, undefined)).toEqual({});
  });

  it('is named by whoever cannot find it', async () => {
    const file = path('nowhere.db');
    expect(await told(['inspect', file])).toMatchObject({ code: 1, log: `There is no file ${file}\n` });
  });

  it('is looked into or copied alone', async () => {
    const [one, another, third] = [path('one.db'), path('another.db'), path('third.db')];
    const refusal = (what: string) => ({ code: 1, log: `There is no argument ${what}\n`, output: '' });
    expect(await told(['inspect', one, another])).toMatchObject(refusal(another));
    expect(await told(['repair', one, another, third])).toMatchObject(refusal(third));
  });

  it('is told of without a stack to a reader who has gone', async () => {
    const relay = await runRelay(['--port', '0', '--development', '--store', path('told.db')], {});
    relay.child.kill('SIGTERM');
    await relay.exited;
    const [sources, cli] = ['./support/sources.ts', '../src/cli.ts'].map((name) => import.meta.resolve(name));
    const args = ['--import', `${sources}`, fileURLToPath(`${cli}`), 'inspect', path('told.db')];
    const child = spawn('node', args, { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.destroy();
    const [log, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
    expect({ code, log }).toEqual({ code: 0, log: '' });
  });

  it.each([
    ['linux', { HOME: '/home/alice' }, '/home/alice/.local/share/websocket-channel'],
    ['linux', { HOME: '/home/alice', XDG_DATA_HOME: '' }, '/home/alice/.local/share/websocket-channel'],
    ['linux', { HOME: '/home/alice', XDG_DATA_HOME: '/data' }, '/data/websocket-channel'],
    ['darwin', { HOME: '/Users/alice' }, '/Users/alice/Library/Application Support/websocket-channel'],
    ['win32', { HOME: 'alice', LOCALAPPDATA: 'local' }, 'local/websocket-channel'],
    ['win32', { HOME: 'alice' }, 'alice/AppData/Local/websocket-channel'],
  ] as const)('is on %s with %j in %s', (platform, given, folder) => {
    expect(dataFolder(platform, given)).toBe(join(folder));
  });
});
