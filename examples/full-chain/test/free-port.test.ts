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

test('no port is given twice, and none of those that the system hands out by itself', async () => {
  const ports = [await freePort(), await freePort(), await freePort()];
  expect(new Set(ports).size).toBe(3);
  for (const port of ports) {
    expect(port).toBeGreaterThanOrEqual(20_000);
    expect(port).toBeLessThan(32_768);
  }
});
