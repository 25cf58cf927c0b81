import type { EventSubmission } from '@websocket-channel/protocol';
import { afterEach, expect, test } from 'vitest';
import { createIndexedDbStorage } from '../src/indexeddb-storage.ts';
import { surviveEachDeath } from './dying-client.ts';

const name = 'outbox-test';
const submission = (id: string): EventSubmission => ({ type: 'event', id, content: id, timestamp: 1 });
const storage = createIndexedDbStorage(name);
const ids = async (key: string, from = storage) => (await from.list(key)).map(({ id }) => id);

function remove(database: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const removing = indexedDB.deleteDatabase(database);
    removing.onsuccess = () => resolve();
    removing.onerror = () => reject(removing.error);
  });
}

afterEach(async () => {
  storage.close?.();
  await remove(name);
});

test('keeps lists in order, each under its key, over a reload', async () => {
  await storage.add('a', [submission('z'), submission('b')]);
  await storage.add('b', [submission('z')]);
  await storage.add('a', [submission('z'), submission('a')]);
  expect(await ids('a')).toEqual(['z', 'b', 'a']);
  await storage.remove('a', 'b');
  await storage.remove('a', 'unknown');
  storage.close?.();
  const reloaded = createIndexedDbStorage(name);
  expect(await ids('a', reloaded)).toEqual(['z', 'a']);
  expect(await ids('b', reloaded)).toEqual(['z']);
  expect(await ids('c', reloaded)).toEqual([]);
  reloaded.close?.();
});

test('takes one id once, from two tabs at the same time', async () => {
  const other = createIndexedDbStorage(name);
  await Promise.all([storage.add('a', [submission('x')]), other.add('a', [submission('x')])]);
  expect(await ids('a')).toEqual(['x']);
  other.close?.();
});

test('keeps all that waits, in its order, whenever its process dies while the relay lost its log', async () => {
  const deaths = await surviveEachDeath(async () => {
    storage.close?.();
    await remove(name);
    return storage;
  });
  expect(deaths).toBeGreaterThan(3);
});

test('lets go of a database that somebody deletes, says so, and makes it anew', async () => {
  let lost = 0;
  storage.onLost?.(() => lost++);
  await storage.add('a', [submission('x')]);
  await remove(name);
  expect(lost).toBe(1);
  expect(await ids('a')).toEqual([]);
  await storage.add('a', [submission('y')]);
  expect(await ids('a')).toEqual(['y']);
});

test('refuses a database of a newer version, and leaves it as it is', async () => {
  const newer = await new Promise<IDBDatabase>((resolve) => {
    const opening = indexedDB.open(name, 7);
    opening.onupgradeneeded = () => opening.result.createObjectStore('of the future');
    opening.onsuccess = () => resolve(opening.result);
  });
  await expect(storage.list('a')).rejects.toMatchObject({ name: 'VersionError' });
  expect([newer.version, [...newer.objectStoreNames]]).toEqual([7, ['of the future']]);
  newer.close();
});
