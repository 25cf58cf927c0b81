import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ChildError, type Command, runCommand, spawnChild, startChild } from '../src/child.ts';
import { livingProcesses } from '../src/process-table.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'child-'));
});
afterEach(() => rm(folder, { recursive: true }));

const run = (script: string, more: Partial<Command> = {}): Command => ({
  name: 'the child',
  file: process.execPath,
  args: ['-e', script],
  ...more,
});
const idle = 'setInterval(() => {}, 1000);';
const stubborn = `process.on('SIGTERM', () => {});${idle}`;
/** A script that starts another process with the same fate and prints both ids. */
const withHelper = (own: string, helper: string, options = '{}') =>
  `const { spawn } = require('node:child_process');
   const helper = spawn(process.execPath, ['-e', ${JSON.stringify(helper)}], { stdio: 'ignore', ...${options} });
   console.log('ids ' + process.pid + ' ' + helper.pid);${own}`;
const ids = {
  line: (line: string) => (line.startsWith('ids ') ? line.split(' ').slice(1).map(Number) : undefined),
};
const alive = async (pids: readonly number[]) =>
  (await livingProcesses()).map((row) => row.pid).filter((pid) => pids.includes(pid));

describe('being ready', () => {
  test('is a line of the output', async () => {
    const line = (text: string) => /^port (\d+)$/.exec(text)?.[1];
    const { child, ready } = await startChild(
      run(`console.log('hi');console.log('port 17');${idle}`),
      { line },
      10_000,
    );
    expect(ready).toBe('17');
    await child.stop();
  });

  test('is the first check that yields something', async () => {
    let checks = 0;
    const poll = async () => (++checks === 3 ? 'yes' : undefined);
    const { child, ready } = await startChild(run(idle), { poll }, 10_000);
    expect(ready).toBe('yes');
    await child.stop();
  });

  test('a failing check is repeated', async () => {
    const poll = vi.fn(async () => 'up').mockRejectedValueOnce(new Error('not yet'));
    const { child } = await startChild(run(idle), { poll }, 10_000);
    expect(poll).toHaveBeenCalledTimes(2);
    await child.stop();
  });

  test('an early end is an error that holds the last words', async () => {
    const start = startChild(
      run(`console.error('no config');process.exit(78)`),
      { line: () => undefined },
      10_000,
    );
    await expect(start).rejects.toThrow(ChildError);
    await expect(start).rejects.toThrow(/ended before it was ready \(exit code 78\)\n {2}\| no config/);
  });

  test('being late is an error, and the process is ended', async () => {
    const seen: number[] = [];
    const line = (text: string) => void seen.push(...(ids.line(text) ?? []));
    const start = startChild(run(withHelper(stubborn, stubborn)), { line }, 1000);
    await expect(start).rejects.toThrow(/not ready after 1 s/);
    expect(seen).toHaveLength(2);
    expect(await alive(seen)).toEqual([]);
  });

  test('an abort ends the process', async () => {
    const controller = new AbortController();
    const seen: number[] = [];
    const line = (text: string) => {
      seen.push(...(ids.line(text) ?? []));
      controller.abort();
      return undefined;
    };
    const start = startChild(run(withHelper(idle, idle), { signal: controller.signal }), { line }, 10_000);
    await expect(start).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
    expect(seen).toHaveLength(2);
    expect(await alive(seen)).toEqual([]);
  });

  test('a file that is not there is an error', async () => {
    const start = spawnChild({ name: 'nothing', file: join(folder, 'nothing'), args: [] });
    await expect(start).rejects.toThrow(/nothing cannot be started/);
  });
});

describe('the end', () => {
  test('SIGTERM lets the process end in order', async () => {
    const orderly = `process.on('SIGTERM', () => { console.log('bye'); process.exit(0); });console.log('ready');${idle}`;
    const { child } = await startChild(
      run(orderly),
      { line: (line) => line === 'ready' || undefined },
      10_000,
    );
    await child.stop();
    expect(await child.exited).toEqual({ code: 0, signal: null });
    expect(child.tail()).toBe('ready\nbye');
  });

  test('SIGKILL follows after the grace', async () => {
    const { child } = await startChild(run(`${stubborn}console.log('ready')`), { line: () => true }, 10_000);
    await child.stop(200);
    expect(await child.exited).toEqual({ code: null, signal: 'SIGKILL' });
  });

  test('kill does not wait for a stop that waits', async () => {
    const { child } = await startChild(run(`${stubborn}console.log('ready')`), { line: () => true }, 10_000);
    const stopping = child.stop(60_000);
    await child.kill();
    await stopping;
    expect((await child.exited).signal).toBe('SIGKILL');
  });

  test.each([
    ['a helper in its group', withHelper(idle, stubborn)],
    ['a helper in a group of its own', withHelper(idle, stubborn, '{ detached: true }')],
  ])('takes %s along', async (_what, script) => {
    const { child, ready } = await startChild(run(script), ids, 10_000);
    expect(await alive(ready)).toHaveLength(2);
    await child.stop();
    await vi.waitFor(async () => expect(await alive(ready)).toEqual([]));
  });

  test('can be asked for twice, and after the process ended by itself', async () => {
    const child = await spawnChild(run(''));
    await child.exited;
    await Promise.all([child.stop(), child.stop()]);
    await child.kill();
    expect(await child.exited).toEqual({ code: 0, signal: null });
  });

  test.each([
    ['an uncaught error', `throw new Error('uncaught')`],
    ['process.exit', 'process.exit(3)'],
    ['SIGKILL', `process.kill(process.pid, 'SIGKILL')`],
  ])('comes with the end of its starter by %s', async (_what, ending) => {
    const source = new URL('../src/child.ts', import.meta.url).href;
    const starter = `const { startChild } = await import(${JSON.stringify(source)});
      const line = (text) => text.startsWith('ids ') ? text : undefined;
      const script = ${JSON.stringify(withHelper(stubborn, stubborn))};
      const { ready } = await startChild({ name: 'c', file: process.execPath, args: ['-e', script] }, { line }, 10000);
      console.log(ready);
      process.stdout.write('', () => { ${ending} });`;
    const result = await runCommand({ ...run(''), args: ['--input-type=module', '-e', starter] });
    expect(result.code).not.toBe(0);
    const pids = result.stdout.trim().split(' ').slice(1).map(Number);
    expect(pids).toHaveLength(2);
    await vi.waitFor(async () => expect(await alive(pids)).toEqual([]), 5000);
  });

  test('leaves nothing running when its starter has nothing more to do', async () => {
    const source = new URL('../src/child.ts', import.meta.url).href;
    const starter = `const { runCommand } = await import(${JSON.stringify(source)});
      const { stdout } = await runCommand({ name: 'c', file: process.execPath, args: ['-p', '1+1'] });
      console.log(process.pid, stdout);`;
    const result = await runCommand({ ...run(''), args: ['--input-type=module', '-e', starter] });
    expect(result).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+ 2/) });
  });
});

test('both outputs go to the log file', async () => {
  const logFile = join(folder, 'logs/child.log');
  const child = await spawnChild(run(`console.log('out');console.error('err')`, { logFile }));
  await child.exited;
  await vi.waitFor(async () => {
    const lines = (await readFile(logFile, 'utf8')).trim().split('\n');
    expect(lines.sort()).toEqual(['err', 'out']);
  });
});

test('a command returns what it printed and how it ended', async () => {
  const result = await runCommand(run(`console.log('out');console.error('err');process.exit(3)`));
  expect(result).toEqual({ code: 3, stdout: 'out\n', stderr: 'err\n' });
});
