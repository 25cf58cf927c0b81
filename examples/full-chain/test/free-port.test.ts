import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { freePort } from '../src/free-port.ts';

test('the preferred port is taken when it is free, and another when it is not', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const chosen = await freePort(port);
  expect(chosen).not.toBe(port);
  expect(chosen).toBeGreaterThan(0);
  other.close();
  await once(other, 'close');
  expect(await freePort(port)).toBe(port);
});
