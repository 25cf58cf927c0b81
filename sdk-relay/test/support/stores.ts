import { memoryStore, type Store, type StoreBounds } from '../../src/index.ts';
import { createSqliteStore } from '../../src/sqlite.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** The stores that a relay may have, for `describe.each`: each call makes an empty one. */
export function everyStore(): [name: string, make: (bounds?: StoreBounds) => Promise<Store>][] {
  const path = temporaryFolder();
  let files = 0;
  return [
    ['memory', async (bounds) => memoryStore(bounds)],
    ['a SQLite database', (bounds) => createSqliteStore({ file: path(`${files++}.db`), ...bounds })],
  ];
}
