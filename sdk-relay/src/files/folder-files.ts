import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { steadyNow } from '../clock.ts';
import type { FileRecord, FileStore } from './file-store.ts';

/** Ends the name of what describes a file: the last part of it that is written. */
const recordEnding = '.json';
const partEnding = '.part';

/** Names of what this store keeps: the rest of the folder is somebody else's. */
const ownName = /^[A-Za-z0-9_-]{32}(?:\.json)?(?:\.part)?$/;

/**
 * Keeps files in a folder. One relay at a time may use them: what it finds there of an upload that a crash cut off, it
 * removes. What else lies there it leaves alone.
 *
 * @param folder Made if there is none; readable by the relay's user only.
 */
export function folderFiles(folder: string): FileStore {
  const contentOf = (id: string): string => join(folder, id);
  const recordOf = (id: string): string => join(folder, id + recordEnding);
  let opened: Promise<Map<string, FileRecord>> | undefined;

  const records = (): Promise<Map<string, FileRecord>> => {
    // A folder that cannot be read now may be readable later.
    opened ??= open().catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };

  async function open(): Promise<Map<string, FileRecord>> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const names = (await readdir(folder)).filter((name) => ownName.test(name));
    const ids = names.filter((name) => name.endsWith(recordEnding)).map((name) => name.slice(0, -5));
    const described = new Set(ids.flatMap((id) => [id, id + recordEnding]));
    const found = new Map<string, FileRecord>();
    for (const id of ids) found.set(id, await describe(id));
    for (const name of names) if (!described.has(name)) await rm(join(folder, name), { force: true });
    return found;
  }

  async function describe(id: string): Promise<FileRecord> {
    const text = await readFile(recordOf(id), 'utf8');
    try {
      const record: FileRecord = JSON.parse(text);
      // A clock that was ahead must not keep it for ever.
      return { ...record, storedAt: Math.min(record.storedAt, steadyNow()) };
    } catch (error) {
      throw new Error(`${recordOf(id)} is damaged; to remove it gives its file up`, { cause: error });
    }
  }

  async function remove(id: string): Promise<void> {
    await rm(recordOf(id), { force: true });
    await rm(contentOf(id), { force: true });
  }

  return {
    async bytes() {
      return [...(await records()).values()].reduce((sum, { size }) => sum + size, 0);
    },
    async put(id, bytes, describe) {
      const known = await records();
      const part = contentOf(id) + partEnding;
      try {
        await pipeline(bytes, createWriteStream(part, { mode: 0o600, flush: true }));
        const record = describe();
        await rename(part, contentOf(id));
        await writeFile(recordOf(id) + partEnding, JSON.stringify(record), { mode: 0o600, flush: true });
        await rename(recordOf(id) + partEnding, recordOf(id));
        known.set(id, record);
        return record;
      } catch (error) {
        await rm(part, { force: true });
        await rm(recordOf(id) + partEnding, { force: true });
        await remove(id);
        throw error;
      }
    },
    async find(id) {
      return (await records()).get(id);
    },
    read: (id, range) => createReadStream(contentOf(id), range),
    async sweep(before) {
      const known = await records();
      const old = [...known.values()].filter(({ storedAt }) => storedAt < before);
      for (const { id } of old) {
        known.delete(id);
        await remove(id);
      }
      return old.length;
    },
  };
}
