import type { FileRecord, FileStore } from './file-store.ts';

/** Keeps files in memory, until the process ends. */
export function memoryFiles(): FileStore {
  const files = new Map<string, { readonly record: FileRecord; readonly content: Buffer }>();
  return {
    async bytes() {
      return [...files.values()].reduce((sum, { record }) => sum + record.size, 0);
    },
    async put(id, bytes, describe) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of bytes) chunks.push(chunk);
      const record = describe();
      files.set(id, { record, content: Buffer.concat(chunks) });
      return record;
    },
    async find(id) {
      return files.get(id)?.record;
    },
    async *read(id, range) {
      const file = files.get(id);
      if (file === undefined) throw new Error('The file is gone');
      yield range === undefined ? file.content : file.content.subarray(range.start, range.end + 1);
    },
    async sweep(before) {
      const old = [...files.values()].filter(({ record }) => record.storedAt < before);
      for (const { record } of old) files.delete(record.id);
      return old.length;
    },
  };
}
