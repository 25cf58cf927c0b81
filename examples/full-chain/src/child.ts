import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { keep } from './keep.ts';
import { familyOf, livingProcesses } from './process-table.ts';

/** What to run. */
export interface Command {
  /** How messages call it. */
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  /** The whole environment of the process. @default this process's */
  readonly env?: NodeJS.ProcessEnv;
  /** Receives both outputs; its folder is made. @default nothing is written */
  readonly logFile?: string;
  /** Ends the process when aborted before it is ready, or, of a command, before it has ended. */
  readonly signal?: AbortSignal | undefined;
}

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A running process in a process group of its own, so that a Ctrl-C in the terminal reaches only its starter. */
export interface Child {
  readonly pid: number;
  readonly exited: Promise<Exit>;
  /** The last lines of both outputs. */
  tail(): string;
  /** SIGTERM, then SIGKILL to whatever is left after the grace; resolves when no process of the family is left. @default graceMs 10000 */
  stop(graceMs?: number): Promise<void>;
  /** SIGKILL; resolves when no process of the family is left. */
  kill(): Promise<void>;
}

/** When a process counts as ready: a line of its output yields a value, or a check repeated every 100 ms does. */
export type Ready<T> =
  | { readonly line: (line: string) => T | undefined }
  | { readonly poll: () => Promise<T | undefined> };

/** A process could not be started, ended early, or was not ready in time; the message holds the end of its output. */
export class ChildError extends Error {
  constructor(message: string, tail: string) {
    super(tail ? `${message}\n${tail.replace(/^/gm, '  | ')}` : message);
    this.name = 'ChildError';
  }
}

const TAIL_LINES = 30;
const LINGER_MS = 3000;
const windows = process.platform === 'win32';

const running = new Set<number>();

/** Starts a process. @throws {@link ChildError} when the file cannot be run. */
export async function spawnChild(
  command: Command,
  onLine?: (line: string, from: 'stdout' | 'stderr') => void,
): Promise<Child> {
  command.signal?.throwIfAborted();
  if (command.logFile) mkdirSync(dirname(command.logFile), { recursive: true });
  const log = command.logFile ? createWriteStream(command.logFile, { flags: 'a' }) : undefined;
  const subprocess = spawn(command.file, command.args, {
    detached: !windows,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(command.cwd === undefined ? {} : { cwd: command.cwd }),
    ...(command.env === undefined ? {} : { env: command.env }),
  });
  try {
    await once(subprocess, 'spawn');
  } catch (error) {
    throw new ChildError(`${command.name} cannot be started: ${String(error)}`, '');
  }
  const pid = subprocess.pid as number;
  running.add(pid);
  const release = keep(pid);

  const lines: string[] = [];
  for (const from of ['stdout', 'stderr'] as const) {
    createInterface({ input: subprocess[from] }).on('line', (line) => {
      lines.push(line);
      if (lines.length > TAIL_LINES) lines.shift();
      log?.write(`${line}\n`);
      onLine?.(line, from);
    });
  }

  subprocess.once('close', () => log?.end());
  const exited = untilExit(subprocess).finally(() => {
    running.delete(pid);
    release();
  });
  let ending: Promise<void> | undefined;
  return {
    pid,
    exited,
    tail: () => lines.join('\n'),
    stop(graceMs = 10_000) {
      ending ??= end(pid, exited, graceMs);
      return ending;
    },
    kill() {
      if (ending && running.has(pid)) signalGroup(pid, 'SIGKILL');
      ending ??= end(pid, exited, 0);
      return ending;
    },
  };
}

/**
 * Starts a process and waits until it is ready.
 *
 * @param timeoutMs - how long it may take, in milliseconds; then it is killed
 * @throws {@link ChildError} when it exits before it is ready, or is not ready in time.
 */
export async function startChild<T>(
  command: Command,
  ready: Ready<T>,
  timeoutMs: number,
): Promise<{ child: Child; ready: T }> {
  const found = Promise.withResolvers<T>();
  const child = await spawnChild(command, (line) => {
    const value = 'line' in ready ? ready.line(line) : undefined;
    if (value !== undefined) found.resolve(value);
  });
  const over = new AbortController();
  const early = child.exited.then(({ code, signal }) => {
    const how = signal ?? `exit code ${code}`;
    throw new ChildError(`${command.name} ended before it was ready (${how})`, child.tail());
  });
  const late = pause(timeoutMs, undefined, { signal: over.signal }).then(() => {
    const seconds = Math.round(timeoutMs / 1000);
    throw new ChildError(`${command.name} was not ready after ${seconds} s`, child.tail());
  });
  const contenders = [found.promise, early, late, untilAborted(command.signal, over.signal)];
  if ('poll' in ready) contenders.push(repeat(ready.poll, over.signal));
  try {
    return { child, ready: await Promise.race(contenders) };
  } catch (error) {
    await (command.signal?.aborted ? child.stop() : child.kill());
    throw error;
  } finally {
    over.abort();
    for (const loser of contenders) loser.catch(() => {});
  }
}

/** Runs a process to its end and returns what it printed, whatever its exit code. */
export async function runCommand(
  command: Command,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const printed = { stdout: '', stderr: '' };
  const child = await spawnChild(command, (line, from) => {
    printed[from] += `${line}\n`;
  });
  const over = new AbortController();
  const aborted = untilAborted(command.signal, over.signal);
  try {
    const { code } = await Promise.race([child.exited, aborted]);
    return { code, ...printed };
  } catch (error) {
    await child.kill();
    throw error;
  } finally {
    over.abort();
    aborted.catch(() => {});
  }
}

async function untilAborted(signal: AbortSignal | undefined, over: AbortSignal): Promise<never> {
  if (signal && !signal.aborted) await once(signal, 'abort', { signal: over });
  else if (!signal) await once(over, 'abort');
  throw signal?.reason ?? over.reason;
}

async function untilExit(subprocess: ChildProcess): Promise<Exit> {
  const closed = once(subprocess, 'close');
  const [code, signal] = (await once(subprocess, 'exit')) as [number | null, NodeJS.Signals | null];
  // The last lines may still be in the pipe, and a helper that outlives its parent may hold the pipe open.
  await Promise.race([closed, pause(500, undefined, { ref: false })]);
  return { code, signal };
}

async function repeat<T>(poll: () => Promise<T | undefined>, signal: AbortSignal): Promise<T> {
  for (;;) {
    const value = await poll().catch(() => undefined);
    if (value !== undefined) return value;
    await pause(100, undefined, { signal });
  }
}

async function end(pid: number, exited: Promise<Exit>, graceMs: number): Promise<void> {
  if (!running.has(pid)) return;
  // What is to be killed does nothing more from now on, however long it takes to list its family.
  if (graceMs === 0) signalGroup(pid, 'SIGSTOP');
  const family = familyOf(pid, await livingProcesses());
  if (graceMs > 0) {
    signalOne(pid, 'SIGTERM');
    await Promise.race([exited, pause(graceMs, undefined, { ref: false })]);
  }
  for (const member of familyOf(pid, await livingProcesses())) family.add(member);
  signalGroup(pid, 'SIGKILL');
  await exited;

  // Helpers notice the loss of their parent by themselves; what has not after a while is ended by its id.
  const deadline = performance.now() + LINGER_MS;
  for (;;) {
    const alive = (await livingProcesses()).filter((row) => row.group === pid || family.has(row.pid));
    if (alive.length === 0) break;
    if (performance.now() > deadline) {
      for (const row of alive) signalOne(row.pid, 'SIGKILL');
      break;
    }
    await pause(50);
  }
}

function signalOne(pid: number, signal: NodeJS.Signals) {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}

function signalGroup(pid: number, signal: NodeJS.Signals) {
  signalOne(windows ? pid : -pid, signal);
}
