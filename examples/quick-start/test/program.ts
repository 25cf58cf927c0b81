import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** One of the quick start's files, running as a person would run it. */
export interface Program {
  /** What it has printed so far. */
  readonly output: string;
  /** Waits until the output matches. @throws Error when the program ends before. */
  until(pattern: RegExp): Promise<RegExpExecArray>;
  /** The exit code, once it has ended and all was read. */
  readonly ended: Promise<number | null>;
  stop(): Promise<void>;
}

/** Runs a file of this folder with Node. */
export function run(file: string, args: readonly string[], env: Record<string, string>): Program {
  const path = fileURLToPath(new URL(`../${file}`, import.meta.url));
  const child = spawn('node', [path, ...args], { env: { PATH: process.env.PATH, ...env } });
  let output = '';
  const watchers = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      for (const watch of watchers) watch();
    });
  }
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return {
    get output() {
      return output;
    },
    until: (pattern) =>
      new Promise((resolve, reject) => {
        const watch = () => {
          const match = pattern.exec(output);
          if (match) resolve(match);
        };
        watchers.add(watch);
        watch();
        ended.then((code) => reject(new Error(`${file} ended with ${code}: ${output}`)), reject);
      }),
    ended,
    async stop() {
      child.kill();
      await ended;
    },
  };
}
