import { spawn } from 'node:child_process';
import { constants } from 'node:os';

const windows = process.platform === 'win32';

/**
 * Runs a command with this process's terminal and answers with its exit code; one that a signal ended counts
 * 128 + the signal's number, as in a shell. Signals sent to this process reach the command.
 *
 * @param {readonly string[]} command
 * @param {{ env?: NodeJS.ProcessEnv, cwd?: string }} [options]
 * @returns {Promise<number>}
 */
export function run([file = '', ...args], options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { ...options, stdio: 'inherit', shell: windows });
    // A terminal gives Ctrl-C to the command as well: passing it on would make it two.
    const forward = (/** @type {NodeJS.Signals} */ signal) =>
      (signal === 'SIGINT' && process.stdin.isTTY) || child.kill(signal);
    const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
    for (const signal of signals) process.on(signal, forward);
    child.on('error', (error) => reject(new Error(`${file} cannot be started: ${error.message}`)));
    child.on('exit', (code, signal) => {
      for (const name of signals) process.off(name, forward);
      resolve(code ?? 128 + (signal ? constants.signals[signal] : 0));
    });
  });
}

/**
 * Like {@link run}, for a step on the way: says what it does and how long it took, and throws when it fails.
 *
 * @param {string} what
 * @param {readonly string[]} command
 * @param {{ env?: NodeJS.ProcessEnv, cwd?: string }} [options]
 */
export async function step(what, command, options) {
  console.log(`setup: ${what}: ${command.join(' ')}`);
  const start = Date.now();
  const code = await run(command, options);
  if (code !== 0) throw new Error(`${what} failed (exit code ${code}): ${command.join(' ')}`);
  console.log(`setup: ${what}: done in ${((Date.now() - start) / 1000).toFixed(1)} s`);
}
