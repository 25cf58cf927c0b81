import { once } from 'node:events';
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { type EmbeddedRelay, startEmbeddedRelay } from '../src/embedded/embedded-relay.ts';

type Frame = Readonly<Record<string, unknown>>;

let root: string;
let relay: EmbeddedRelay;
const relays = new Set<EmbeddedRelay>();
const sockets = new Set<WebSocket>();
const quiet = { info() {}, warn() {}, error() {} };

async function start(folder = 'kept', port = 0, page = 'page'): Promise<EmbeddedRelay> {
  const started = await startEmbeddedRelay({
    address: { host: '127.0.0.1', port },
    folder: join(root, folder),
    pageFolder: join(root, page),
    log: quiet,
  });
  relays.add(started);
  return started;
}

async function stop(one: EmbeddedRelay): Promise<void> {
  relays.delete(one);
  await one.close();
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'embedded-relay-'));
  await mkdir(join(root, 'page/assets'), { recursive: true });
  await writeFile(join(root, 'secret.txt'), 'secret');
  await writeFile(join(root, 'page/index.html'), '<!doctype html><title>chat</title>');
  await writeFile(join(root, 'page/icon.svg'), '<svg/>');
  await writeFile(join(root, 'page/assets/app-1a2b.js'), 'export {};');
  await writeFile(join(root, 'page/assets/app-1a2b.css'), 'a{}');
  relay = await start();
});

afterEach(() => {
  for (const socket of sockets) socket.terminate();
  sockets.clear();
});

afterAll(async () => {
  await Promise.all([...relays].map(stop));
  await rm(root, { recursive: true });
});

const secretOf = (name: string): string => name.padEnd(43, '0');
const ownOrigin = () => `http://127.0.0.1:${relay.port}`;

/** Opens a WebSocket, or tells with which HTTP status it was refused. */
async function open(path: string, headers: Record<string, string> = {}): Promise<WebSocket | number> {
  const socket = new WebSocket(`ws://127.0.0.1:${relay.port}${path}`, ['websocket-channel.v1'], { headers });
  sockets.add(socket);
  return new Promise((resolve, reject) => {
    socket.on('open', () => resolve(socket));
    socket.on('unexpected-response', (_request, { statusCode = 0 }) => {
      resolve(statusCode);
      socket.terminate();
    });
    socket.on('error', reject);
  });
}

const fail = (message: string): never => {
  throw new Error(message);
};

/** A peer that said hello: what it hears, or the code with which it was closed. */
async function greet(path: string, hello: Frame, headers: Record<string, string> = {}) {
  const socket = await open(path, headers);
  if (typeof socket === 'number') throw new Error(`refused with ${socket}`);
  const frames: Frame[] = [];
  const closed = once(socket, 'close').then(([code]) => code as number);
  socket.on('message', (data) => frames.push(JSON.parse(String(data))));
  socket.send(JSON.stringify({ type: 'hello', versions: [1], ...hello }));
  const heard = (type: string): Promise<Frame> =>
    vi.waitFor(
      () => frames.find((frame) => frame.type === type) ?? fail(`no ${type}: ${JSON.stringify(frames)}`),
      {
        timeout: 3000,
      },
    );
  return { socket, heard, closed };
}

const browser = (token?: string, more: Frame = {}) =>
  greet(
    '/relay',
    { role: 'client', ...(token !== undefined && { token }), ...more },
    { origin: ownOrigin() },
  );

const identityOf = async (token: string) => {
  const { heard } = await browser(token);
  return ((await heard('welcome')).identity as { source: string }).source;
};

/** Asks over plain HTTP with headers of the test's choice, which fetch would not send. */
async function get(path: string, headers: Record<string, string> = {}): Promise<IncomingMessage> {
  const request = httpRequest({ host: '127.0.0.1', port: relay.port, path, headers, agent: false }).end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return response;
}

describe('the page', () => {
  it.each([
    ['/', 'text/html; charset=utf-8', 'no-store'],
    ['/index.html?x=1', 'text/html; charset=utf-8', 'no-store'],
    ['/assets/app-1a2b.js', 'text/javascript; charset=utf-8', 'private, max-age=31536000, immutable'],
    ['/assets/app-1a2b.css', 'text/css; charset=utf-8', 'private, max-age=31536000, immutable'],
    ['/icon.svg', 'image/svg+xml', 'no-store'],
    ['/config.json', 'application/json; charset=utf-8', 'no-store'],
  ])('has %s as %s', async (path, type, caching) => {
    const response = await get(path);
    expect(response).toMatchObject({
      statusCode: 200,
      headers: { 'content-type': type, 'cache-control': caching },
    });
    expect((await text(response)).length).toBe(Number(response.headers['content-length']));
  });

  it('is told where its relay is and that it knows browsers', async () => {
    expect(JSON.parse(await text(await get('/config.json')))).toEqual({
      relayUrl: '/relay',
      identity: 'browser',
    });
  });

  it.each(['/', '/nowhere', '/config.json'])(
    'runs only its own code and talks to its server alone: %s',
    async (path) => {
      const { headers } = await get(path);
      const policy = String(headers['content-security-policy']).split('; ');
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self'");
      expect(policy).toContain(`connect-src 'self' ws://127.0.0.1:${relay.port}`);
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy.join()).not.toMatch(/unsafe|\*/);
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
      });
    },
  );

  it.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/../../secret.txt',
    '/assets/..%5c..%5csecret.txt',
    '//secret.txt',
    '/assets',
    '/%',
  ])('holds nothing else: %s', async (path) => {
    const socket = connect(relay.port, '127.0.0.1');
    socket.write(`GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n`);
    const answer = await text(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 404 /);
    expect(answer).not.toContain('secret');
  });

  it('is only read', async () => {
    const response = await fetch(`${ownOrigin()}/`, { method: 'POST', body: 'x' });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, HEAD');
    const head = await fetch(`${ownOrigin()}/`, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });
});

describe('who is let in', () => {
  it('is a page of its own origin, and a program that is no page', async () => {
    expect(await open('/relay', { origin: ownOrigin() })).toBeInstanceOf(WebSocket);
    expect(await open('/relay')).toBeInstanceOf(WebSocket);
  });

  it.each(['https://evil.example', 'http://127.0.0.1:1', 'http://localhost:3000', 'null'])(
    'is no page of %s',
    async (origin) => {
      expect(await open('/relay', { origin })).toBe(403);
      const upload = await fetch(`${ownOrigin()}/files?conversation=x&name=a.txt`, {
        method: 'POST',
        headers: { origin, authorization: `Bearer ${secretOf('a')}` },
        body: 'x',
      });
      expect(upload.status).toBe(403);
    },
  );

  it.each(['evil.example', 'evil.example:80', '192.168.1.7'])(
    'is nobody who came by the name %s, be it as a page of that name',
    async (host) => {
      expect(await open('/relay', { host, origin: `http://${host}` })).toBe(421);
      expect(await open('/openclaw', { host })).toBe(421);
      for (const path of ['/', '/config.json', '/files/x']) {
        expect((await get(path, { host })).statusCode).toBe(421);
      }
    },
  );

  it('is no page where agents are, and nobody at any other path', async () => {
    expect(await open('/openclaw', { origin: ownOrigin() })).toBe(403);
    expect(await open('/elsewhere', { origin: ownOrigin() })).toBe(404);
  });

  it('is no agent without the token of this start', async () => {
    const agent = { role: 'agent', stream: 'token' };
    expect(await (await greet('/openclaw', { ...agent, token: 'guess' })).closed).toBe(4401);
    expect(await (await greet('/openclaw', agent)).closed).toBe(4401);
    const { heard } = await greet('/openclaw', { ...agent, token: relay.agentToken });
    expect(await heard('welcome')).toMatchObject({ identity: { source: 'default' } });
    await stop(relay);
    const { agentToken } = relay;
    relay = await start();
    expect(relay.agentToken).not.toBe(agentToken);
  });
});

describe('a browser', () => {
  it('is the same participant as long as it shows the same secret', async () => {
    const guest = await identityOf(secretOf('a'));
    expect(guest).toMatch(/^guest-[0-9a-f]{20}$/);
    expect(await identityOf(secretOf('a'))).toBe(guest);
    expect(await identityOf(secretOf('b'))).not.toBe(guest);
  });

  it('is nobody without a secret, or with what is none', async () => {
    const guest = await identityOf(secretOf('a'));
    for (const token of [undefined, guest, 'a'.repeat(42), 'a'.repeat(44), `${'a'.repeat(42)} `]) {
      expect(await (await browser(token)).closed).toBe(4401);
    }
  });

  it('cannot name itself after another, nor read what another says', async () => {
    const guest = await identityOf(secretOf('a'));
    const other = await greet('/relay', {
      role: 'client',
      token: secretOf('b'),
      source: guest,
      attach: [{ conversation: guest }],
    });
    expect((await other.heard('welcome')).identity).not.toMatchObject({ source: guest });
    expect(await other.heard('error')).toMatchObject({ code: 'forbidden' });
  });

  it('finds what was said, and its files, after the relay was started again', async () => {
    const token = secretOf('a');
    const first = await browser(token);
    const { conversation } = await first.heard('welcome');
    const { epoch } = await first.heard('attached');
    first.socket.send(
      JSON.stringify({
        type: 'event',
        id: 'ev1',
        source: 'me',
        content: 'remember me',
        timestamp: Date.now(),
      }),
    );
    expect(await first.heard('ack')).toMatchObject({ id: 'ev1' });
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'text/plain' };
    const upload = await fetch(`${ownOrigin()}/files?conversation=${conversation}&name=a.txt`, {
      method: 'POST',
      headers,
      body: 'kept',
    });
    expect(upload.status).toBe(201);
    const { url } = (await upload.json()) as { url: string };
    await stop(relay);

    relay = await start();
    const again = await browser(token, { attach: [{ conversation, epoch, seq: 0 }] });
    expect(await again.heard('event')).toMatchObject({ id: 'ev1', content: 'remember me' });
    expect(await (await fetch(`${ownOrigin()}${url}`, { headers })).text()).toBe('kept');
    expect((await fetch(`${ownOrigin()}${url}`)).status).toBe(401);
    expect((await stat(join(root, 'kept/relay.db'))).mode & 0o077).toBe(0);
  });
});

describe('a relay that cannot be started', () => {
  it('says that its port is taken, and leaves the database to the next', async () => {
    await expect(start('other', relay.port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
    const other = await start('other');
    expect(other.port).not.toBe(relay.port);
    await stop(other);
  });

  it('says that its database is in use', async () => {
    await expect(start('kept')).rejects.toMatchObject({ code: 'in_use' });
  });

  it('says that there is no page', async () => {
    await mkdir(join(root, 'empty'));
    await expect(start('other', 0, 'empty')).rejects.toThrow('There is no page in');
  });

  it('gives its port free when it ends', async () => {
    const { port } = relay;
    await stop(relay);
    relay = await start('kept', port);
    expect(relay.port).toBe(port);
  });
});
