import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PageServer, startPageServer } from '../src/page-server.ts';

const config = { relayUrl: 'ws://127.0.0.1:8765/', model: { label: 'm', standIn: true } };
let base: string;
let server: PageServer;

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'page-server-'));
  await mkdir(join(base, 'dist/assets'), { recursive: true });
  await writeFile(join(base, 'secret.txt'), 'secret');
  await mkdir(join(base, 'dist-secret'));
  await writeFile(join(base, 'dist-secret/index.html'), 'secret');
  await writeFile(join(base, 'dist/index.html'), '<!doctype html><title>chat</title>');
  await writeFile(join(base, 'dist/assets/app-1a2b.js'), 'export {};');
  await writeFile(join(base, 'dist/assets/app-1a2b.css'), 'a{}');
  await writeFile(join(base, 'dist/icon.svg'), '<svg/>');
  await writeFile(join(base, 'dist/page.abc'), '?');
  server = await startPageServer({ folder: join(base, 'dist'), config });
});
afterAll(async () => {
  await server.close();
  await rm(base, { recursive: true });
});

/** Sends a path as it is; fetch would tidy it first. */
async function raw(path: string): Promise<string> {
  const socket = connect(server.port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
  return text(socket);
}

test.each([
  ['/', 'text/html; charset=utf-8'],
  ['/index.html?x=1', 'text/html; charset=utf-8'],
  ['/assets/app-1a2b.js', 'text/javascript; charset=utf-8'],
  ['/assets/app-1a2b.css', 'text/css; charset=utf-8'],
  ['/icon.svg', 'image/svg+xml'],
  ['/page.abc', 'application/octet-stream'],
  ['/config.json', 'application/json; charset=utf-8'],
])('serves %s as %s', async (path, type) => {
  const response = await fetch(server.url + path);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe(type);
  expect((await response.text()).length).toBeGreaterThan(0);
});

test('tells the page its relay and its model', async () => {
  const response = await fetch(`${server.url}/config.json`);
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(await response.json()).toEqual(config);
});

test('only names with a hash are kept by the browser', async () => {
  expect((await fetch(`${server.url}/assets/app-1a2b.js`)).headers.get('cache-control')).toMatch(/immutable/);
  expect((await fetch(server.url)).headers.get('cache-control')).toBe('no-cache');
});

describe('the policy', () => {
  test.each(['/', '/nowhere', '/%'])('is sent with %s', async (path) => {
    const { headers } = await fetch(server.url + path);
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('allows own scripts and the relay, and neither inline code nor eval', async () => {
    const policy = (await fetch(server.url)).headers.get('content-security-policy')?.split('; ');
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("connect-src 'self' ws://127.0.0.1:8765 http://127.0.0.1:8765");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy?.join()).not.toMatch(/unsafe|\*/);
  });
});

test.each([
  '/../secret.txt',
  '/%2e%2e/secret.txt',
  '/..%2fsecret.txt',
  '/assets/../../secret.txt',
  '/assets/..%5c..%5csecret.txt',
  '/../dist-secret/index.html',
  '/..%2fdist-secret/',
  '//secret.txt',
  '/index.html%00.txt',
  '/%',
  '/%ff',
])('does not leave its folder for %s', async (path) => {
  const answer = await raw(path);
  expect(answer).toMatch(/^HTTP\/1\.1 40[04] /);
  expect(answer).not.toContain('secret');
});

test('shows no folder', async () => {
  expect((await fetch(`${server.url}/assets`)).status).toBe(404);
  expect((await fetch(`${server.url}/assets/`)).status).toBe(404);
});

test('reads only', async () => {
  const response = await fetch(server.url, { method: 'POST', body: 'x' });
  expect(response.status).toBe(405);
  expect(response.headers.get('allow')).toBe('GET, HEAD');
  const head = await fetch(server.url, { method: 'HEAD' });
  expect(head.status).toBe(200);
  expect(await head.text()).toBe('');
});
