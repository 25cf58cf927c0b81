import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createInjector, type Target } from '../src/faults/injector.ts';
import type { Blow, Fault } from '../src/faults/schedule.ts';

const cleanups: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A process that does nothing until it is killed, in the relay's place. */
async function startIdle() {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000); console.log()'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  await once(child.stdout, 'data');
  const end = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
  };
  cleanups.push(end);
  return { pid: child.pid!, end };
}

/** A chain whose relay is what `pid` says at each look. */
async function chainWith(relay: Partial<Target['relay']>): Promise<Target> {
  const folder = await mkdtemp(join(tmpdir(), 'injector-'));
  cleanups.push(() => rm(folder, { recursive: true }));
  const database = join(folder, 'relay.db');
  await writeFile(`${database}-wal`, 'something');
  return { relay, database, connections: () => [], devices: [] } as unknown as Target;
}

const faultsOf = (...blows: Blow[]): Fault[] =>
  blows.map((blow, index) => ({
    number: index + 1,
    after: 0,
    step: undefined,
    moment: 'before',
    choice: 0,
    blow,
  }));

const fullDisk: Blow = { kind: 'full-disk', forMs: 1 };

describe.runIf(process.platform === 'linux')('a blow at a process that is gone', () => {
  it('is drawn again when the process has been replaced meanwhile', async () => {
    const [gone, now] = [await startIdle(), await startIdle()];
    await gone.end();
    let looks = 0;
    const chain = await chainWith({
      get pid() {
        return looks++ === 0 ? gone.pid : now.pid;
      },
    });
    const injector = createInjector(() => chain, faultsOf(fullDisk));
    injector.sent(1);
    await injector.finish();
    expect(injector.struck.map(({ fault }) => fault.number)).toEqual([1]);
    expect(looks).toBeGreaterThan(2);
  });

  it('hits nothing where a kill was quicker', async () => {
    const first = await startIdle();
    let relay = first;
    const chain = await chainWith({
      get pid() {
        return relay.pid;
      },
      kill: () => first.end(),
      async restart() {
        relay = await startIdle();
      },
    });
    const kill: Blow = { kind: 'kill', hop: 'relay', downMs: 0 };
    const freeze: Blow = { kind: 'freeze', hop: 'relay', forMs: 300 };
    const injector = createInjector(() => chain, faultsOf(freeze, fullDisk, kill));
    injector.sent(1);
    await injector.finish();
    expect(injector.struck.map(({ fault }) => fault.blow.kind).toSorted()).toEqual([
      'freeze',
      'full-disk',
      'kill',
    ]);
    expect(relay.pid).not.toBe(first.pid);
  });

  it.each<Blow>([
    fullDisk,
    { kind: 'freeze', hop: 'relay', forMs: 1 },
    { kind: 'kill', hop: 'relay', downMs: 0 },
  ])('is a finding when nobody took the process: $kind', async (blow) => {
    const { pid, end } = await startIdle();
    await end();
    const chain = await chainWith({ pid });
    const injector = createInjector(() => chain, faultsOf(blow));
    await expect(
      (async () => {
        injector.sent(1);
        await injector.finish();
      })(),
    ).rejects.toThrow('the relay has ended by itself');
  });
});
