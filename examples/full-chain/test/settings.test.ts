import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { settingsOf } from '../src/settings.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'settings-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('a folder keeps its settings', async () => {
  const first = await settingsOf(join(folder, 'new'));
  expect(await settingsOf(join(folder, 'new'))).toEqual(first);
  expect(first.gatewayToken).toMatch(/^[\w-]{32}$/);
  expect(first.agentToken).not.toBe(first.gatewayToken);
});

test('two folders share no secret', async () => {
  const [one, two] = [await settingsOf(join(folder, 'one')), await settingsOf(join(folder, 'two'))];
  expect(one.gatewayToken).not.toBe(two.gatewayToken);
});

test('a port that is taken meanwhile is replaced, and the secrets stay', async () => {
  const first = await settingsOf(folder);
  const other = createServer().listen(first.gatewayPort, '127.0.0.1');
  await once(other, 'listening');
  const second = await settingsOf(folder);
  other.close();
  expect(second.gatewayPort).not.toBe(first.gatewayPort);
  expect(second).toEqual({ ...first, gatewayPort: second.gatewayPort });
  expect(JSON.parse(await readFile(join(folder, 'settings.json'), 'utf8'))).toEqual(second);
});

test('only their owner can read them', async () => {
  await settingsOf(folder);
  expect((await stat(join(folder, 'settings.json'))).mode & 0o077).toBe(0);
});
