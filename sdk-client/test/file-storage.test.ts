import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventSubmission } from '@websocket-channel/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createFileStorage } from '../src/file-storage.ts';
import { surviveEachDeath } from './dying-client.ts';

describe('a file', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'outbox-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const submission = (id: string): EventSubmission => ({ type: 'event', id, content: id, timestamp: 1 });

  test('keeps lists in order, each under its key, readable for its owner alone', async () => {
    const path = join(folder, 'outbox.json');
    const file = createFileStorage(path);
    expect(await file.list('a')).toEqual([]);
    await Promise.all([
      file.add('a', [submission('a1'), submission('a2')]),
      file.add('b', [submission('b1')]),
      file.add('a', [submission('a1'), submission('a3')]),
      file.remove('a', 'a2'),
      file.remove('c', 'unknown'),
    ]);
    const reopened = createFileStorage(path);
    expect((await reopened.list('a')).map(({ id }) => id)).toEqual(['a1', 'a3']);
    expect((await reopened.list('b')).map(({ id }) => id)).toEqual(['b1']);
    expect((await stat(path)).mode & 0o077).toBe(0);
  });

  test('is shared by the clients of a process', async () => {
    const path = join(folder, 'outbox.json');
    const files = [createFileStorage(path), createFileStorage(path)];
    await Promise.all(files.map((file, i) => file.add(`${i}`, [submission(`ev${i}`)])));
    expect(await files[0]!.list('1')).toEqual([submission('ev1')]);
    expect(await files[1]!.list('0')).toEqual([submission('ev0')]);
  });

  test('keeps all that waits, in its order, whenever its process dies while the relay lost its log', async () => {
    let files = 0;
    const deaths = await surviveEachDeath(async () => createFileStorage(join(folder, `${files++}.json`)));
    expect(deaths).toBeGreaterThan(3);
  });

  test.each(['{"half', '[1]', '{"a":[{"type":"event"}]}', 'null', '{"a":1}'])(
    'that holds %j is left alone, and refused',
    async (text) => {
      const path = join(folder, 'outbox.json');
      await writeFile(path, text);
      const file = createFileStorage(path);
      await expect(file.list('a')).rejects.toThrow();
      await expect(file.add('a', [submission('a1')])).rejects.toThrow();
      expect(await readFile(path, 'utf8')).toBe(text);
    },
  );
});
