import { open, readFile, rename } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { EventSubmission } from '@websocket-channel/protocol';
import { isEvent } from './kept-outbox.ts';
import type { OutboxStorage } from './outbox-storage.ts';

type Lists = Record<string, readonly EventSubmission[]>;

/** The latest access to each file: several clients of one process may share one. */
const accesses = new Map<string, Promise<unknown>>();

/** Stores events in a file, which is replaced as a whole, so that a crash leaves the old one or the new one. */
export function createFileStorage(path: string): OutboxStorage {
  const file = resolve(path);

  function change<T>(work: (lists: Lists) => T | Promise<T>): Promise<T> {
    const result = (accesses.get(file) ?? Promise.resolve()).then(async () => work(await read(path)));
    accesses.set(
      file,
      result.catch(() => {}),
    );
    return result;
  }

  return {
    list: (key) => change((lists) => lists[key] ?? []),
    add: (key, events) =>
      change(async (lists) => {
        const known = lists[key] ?? [];
        const added = events.filter(({ id }) => !known.some((other) => other.id === id));
        if (added.length > 0) await write(path, { ...lists, [key]: [...known, ...added] });
      }),
    remove: (key, id) =>
      change(async ({ [key]: known = [], ...others }) => {
        const left = known.filter((event) => event.id !== id);
        if (left.length < known.length)
          await write(path, left.length > 0 ? { ...others, [key]: left } : others);
      }),
  };
}

/** A file that holds something else is left alone: it may be somebody's. */
async function read(path: string): Promise<Lists> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
  const lists: unknown = JSON.parse(text);
  const isOutbox =
    typeof lists === 'object' &&
    lists !== null &&
    Object.values(lists).every((list) => Array.isArray(list) && list.every(isEvent));
  if (!isOutbox) throw new Error(`${path} holds no outbox`);
  return lists as Lists;
}

async function write(path: string, lists: Lists): Promise<void> {
  const next = `${path}.next`;
  const file = await open(next, 'w', 0o600);
  try {
    await file.writeFile(JSON.stringify(lists));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(next, path);
}
