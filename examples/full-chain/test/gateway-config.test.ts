import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  baseSections,
  channelSection,
  gatewayEnvironment,
  gatewayFolders,
  updateConfigFile,
} from '../src/gateway-config.ts';

const provider = {
  baseUrl: 'http://127.0.0.1:1/v1',
  apiKey: 'sk-secret',
  model: 'm',
  label: 'M',
  standIn: false,
};
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gateway-config-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

test('the key of the model is passed by name and never written', () => {
  const sections = baseSections(gatewayFolders(folder), { port: 1, token: 't', provider });
  expect(JSON.stringify(sections)).not.toContain('sk-secret');
  const name = /\$\{(\w+)\}/.exec(JSON.stringify(sections))?.[1] ?? '';
  expect(gatewayEnvironment(gatewayFolders(folder), provider)[name]).toBe('sk-secret');
});

test("the Gateway sees nothing of the person's own OpenClaw or other secrets", () => {
  vi.stubEnv('OPENCLAW_GATEWAY_TOKEN', 'mine');
  vi.stubEnv('GITHUB_TOKEN', 'mine');
  vi.stubEnv('HTTPS_PROXY', 'http://proxy:1');
  const env = gatewayEnvironment(gatewayFolders(folder), provider);
  expect(Object.values(env)).not.toContain('mine');
  expect(env).toMatchObject({
    HOME: join(folder, 'home'),
    PATH: process.env.PATH,
    HTTPS_PROXY: 'http://proxy:1',
  });
});

test('the channel is switched on beside what the installation has written', () => {
  const entries = { 'websocket-channel': { enabled: true } };
  const config = channelSection({ meta: 1, plugins: { entries } }, { enabled: true, relayUrl: 'ws://x' });
  expect(config).toEqual({
    meta: 1,
    plugins: { entries, allow: ['websocket-channel'] },
    channels: { 'websocket-channel': { enabled: true, relayUrl: 'ws://x' } },
  });
});

test('a change keeps the rest of the file, is private, and leaves no draft', async () => {
  const file = join(folder, 'openclaw.json');
  await updateConfigFile(file, (config) => ({ ...config, a: 1 }));
  await updateConfigFile(file, (config) => ({ ...config, b: 2 }));
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ a: 1, b: 2 });
  expect(await readdir(folder)).toEqual(['openclaw.json']);
  expect((await stat(file)).mode & 0o077).toBe(0);
});

test('a broken file is an error, not a fresh start', async () => {
  const file = join(folder, 'openclaw.json');
  await writeFile(file, '{');
  await expect(updateConfigFile(file, (config) => config)).rejects.toThrow(SyntaxError);
  expect(await readFile(file, 'utf8')).toBe('{');
});
