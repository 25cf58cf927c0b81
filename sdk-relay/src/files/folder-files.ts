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
    const names = (await readdir(folder)).filter((name) => ownName.test(name)).sort();
    const ids = names.filter((name) => name.endsWith(recordEnding)).map((name) => name.slice(0, -5));
    const found = new Map<string, FileRecord>();
    for (const id of ids) {
      const record = await describe(id);
      if (record !== undefined) found.set(id, record);
    }
    const isCutOff = (name: string): boolean =>
      name.endsWith(partEnding) || (!found.has(name) && names.includes(name + recordEnding + partEnding));
    for (const name of names) if (isCutOff(name)) await rm(join(folder, name), { force: true });
    return found;
  }

  /** Reads what describes a file, if it is one of this store. */
  async function describe(id: string): Promise<FileRecord | undefined> {
    const text = await readFile(recordOf(id), 'utf8');
    try {
      const record: FileRecord = JSON.parse(text);
      if (record.id !== id) return undefined;
      // A clock that was ahead must not keep it for ever.
      return { ...record, storedAt: Math.min(record.storedAt, steadyNow()) };
    } catch (error) {
      throw new Error(`${recordOf(id)} is damaged; to remove it gives its file up`, { cause: error });
    }
  }

  async function remove(id: string): Promise<void> {
    // The description goes last: without it nobody knows whose file it was.
    await rm(contentOf(id), { force: true });
    await rm(recordOf(id), { force: true });
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
        await writeFile(recordOf(id) + partEnding, JSON.stringify(record), { mode: 0o600, flush: true });
        // From here on a part of the description tells that the file is ours.
        await rename(part, contentOf(id));
        await rename(recordOf(id) + partEnding, recordOf(id));
        known.set(id, record);
        return record;
      } catch (error) {
        await rm(part, { force: true });
        await remove(id);
        await rm(recordOf(id) + partEnding, { force: true });
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
