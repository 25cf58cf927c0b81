import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach } from 'vitest';

const sources = fileURLToPath(import.meta.resolve('./sources.ts'));
const children: ChildProcess[] = [];

afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
});

/** A program in a process of its own, which is ended with the test. */
export interface Program {
  readonly child: ChildProcess;
  readonly exited: Promise<number | null>;
  output(): string;
  log(): string;
}

/** Runs a program on the sources of the workspace; resolves once it has said a line or has ended. */
export async function runProgram(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<Program> {
  const child = spawn('node', ['--import', sources, ...args], {
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let output = '';
  let log = '';
  child.stderr.on('data', (data) => {
    log += data;
  });
  const said = new Promise<void>((resolve) => {
    child.stdout.on('data', (data) => {
      output += data;
      if (output.includes('\n')) resolve();
    });
  });
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  await Promise.race([said, exited]);
  return { child, exited, output: () => output, log: () => log };
}
