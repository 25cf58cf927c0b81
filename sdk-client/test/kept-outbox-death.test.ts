import { expect, test } from 'vitest';
import { surviveEachDeath } from './dying-client.ts';
import { createMapStorage } from './map-storage.ts';

test('a client that dies after any access to its storage, while the relay lost its log, loses and doubles nothing', async () => {
  expect(await surviveEachDeath(async () => createMapStorage())).toBeGreaterThan(3);
});
