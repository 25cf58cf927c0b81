import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';

const module = new URL('../run.mjs', import.meta.url).href;

/** Runs a Node program through run.mjs, in a process of its own; `ready` once the program has printed something. */
function start(program: string) {
  const outer = spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `import { run } from ${JSON.stringify(module)};
       process.exitCode = await run(['node', '-e', ${JSON.stringify(program)}]);`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  onTestFinished(() => void outer.kill('SIGKILL'));
  return {
    outer,
    ready: once(outer.stdout, 'data').then(([text]) => Number(text)),
    ended: once(outer, 'close').then(([code]) => code as number),
  };
}

test.each([0, 1, 42])('passes the exit code %i through', async (code) => {
  expect(await start(`process.exit(${code})`).ended).toBe(code);
});

test('counts an end by a signal as a shell does', async () => {
  expect(await start(`process.kill(process.pid, 'SIGKILL')`).ended).toBe(137);
});

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  'hands %s to the command and waits for its end',
  async (signal) => {
    const { outer, ready, ended } = start(
      `process.on('${signal}', () => process.exit(7)); setInterval(() => {}, 1000); console.log(process.pid);`,
    );
    const pid = await ready;
    outer.kill(signal);
    expect(await ended).toBe(7);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  },
);
