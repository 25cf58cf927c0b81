import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

let keeper: Writable | undefined;

/**
 * Has a process group ended with this process, however this one ends, even by an uncaught error or a SIGKILL.
 *
 * @returns a function that ends the watch over the group
 */
export function keep(group: number): () => void {
  keeper ??= startKeeper();
  keeper.write(`+${group}\n`);
  return () => void keeper?.write(`-${group}\n`);
}

function startKeeper(): Writable {
  const file = fileURLToPath(new URL('keeper.ts', import.meta.url));
  const detached = process.platform !== 'win32';
  const subprocess = spawn(process.execPath, [file], { detached, stdio: ['pipe', 'ignore', 'ignore'] });
  subprocess.unref();
  // The pipe to a child is a socket, and must not keep this process alive.
  (subprocess.stdin as Socket).unref();
  return subprocess.stdin.on('error', () => {});
}
