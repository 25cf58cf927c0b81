import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach } from 'vitest';

const sources = fileURLToPath(import.meta.resolve('./sources.ts'));
const command = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));
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

/** What a program writes to. */
interface Surroundings {
  /** How large its files may become, in blocks of 512 bytes; where the system knows such a bound. */
  readonly fileBlocks?: number;
  /** The open file that takes its standard error. @default a pipe, which `log` tells of */
  readonly errors?: number;
}

/** Runs a program on the sources of the workspace; resolves once it has said a line or has ended. */
export async function runProgram(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  { fileBlocks, errors }: Surroundings = {},
): Promise<Program> {
  const node = ['node', '--import', sources, ...args];
  const bounded = ['sh', '-c', `ulimit -S -f ${fileBlocks} && exec "$@"`, 'sh', ...node];
  const [file = '', ...rest] = fileBlocks === undefined ? node : bounded;
  const child = spawn(file, rest, {
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'pipe', errors ?? 'pipe'],
  });
  children.push(child);
  let output = '';
  let log = '';
  child.stderr?.on('data', (data) => {
    log += data;
  });
  const said = new Promise<void>((resolve) => {
    child.stdout!.on('data', (data) => {
      output += data;
      if (output.includes('\n')) resolve();
    });
  });
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  await Promise.race([said, exited]);
  return { child, exited, output: () => output, log: () => log };
}

/** A program that is a relay, if it has started. */
export interface RelayProgram extends Program {
  readonly url: string;
}

/** Runs the command; resolves once it listens or has ended. */
export async function runRelay(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  surroundings: Surroundings = {},
): Promise<RelayProgram> {
  const program = await runProgram([command, ...args], environment, surroundings);
  return { ...program, url: program.output().trim().replace('listening ', '') };
}
