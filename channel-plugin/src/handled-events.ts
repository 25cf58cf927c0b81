import { appendFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Remembers which events were handled, also after a restart: relays deliver again what was not said to be received. */
export interface HandledEvents {
  /** Resolves when the past is known. */
  readonly ready: Promise<void>;
  has(key: string): boolean;
  /** Remembers an event; resolves when that would survive a crash of the process. */
  add(key: string): Promise<void>;
}

/**
 * Remembers events in memory, where asking costs nothing, and in a file, a line each.
 *
 * @param file Need not be there; what of it cannot be read is forgotten.
 * @param limit How many events are remembered: more than any relay holds for one agent. @default 10000
 */
export function createHandledEvents(file: string, limit = 10_000): HandledEvents {
  const keys = new Set<string>();
  let lines = 0;
  let writing: Promise<void>;

  async function load(): Promise<void> {
    const text = await readFile(file, 'utf8').catch(() => '');
    const past = text.split('\n');
    // What follows the last line break is a line that a crash cut short.
    if (past.pop()) lines = Number.POSITIVE_INFINITY;
    for (const key of past) remember(key);
    lines += past.length;
  }

  function remember(key: string): void {
    keys.add(key);
    if (keys.size <= limit) return;
    for (const oldest of keys) return void keys.delete(oldest);
  }

  async function append(key: string): Promise<void> {
    if (lines < 2 * limit) {
      await mkdir(dirname(file), { recursive: true, mode: 0o700 });
      await appendFile(file, `${key}\n`, { mode: 0o600 });
      lines += 1;
      return;
    }
    const draft = `${file}.draft`;
    await writeFile(draft, Array.from(keys, (kept) => `${kept}\n`).join(''), { mode: 0o600 });
    await rename(draft, file);
    lines = keys.size;
  }

  const ready = load();
  writing = ready;
  return {
    ready,
    has: (key) => keys.has(key),
    async add(key) {
      await ready;
      if (keys.has(key)) return await writing;
      remember(key);
      writing = writing.catch(() => {}).then(() => append(key));
      await writing;
    },
  };
}
