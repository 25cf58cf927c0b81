import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { get as httpGet, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { type FileOptions, folderFiles, memoryFiles, type RelayOptions } from '../src/index.ts';
import { event, type RunningRelay, startRelay } from './support/running-relay.ts';

type HeaderRecord = Readonly<Record<string, string>>;

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
);

interface Stored {
  readonly id: string;
  readonly name: string;
  readonly mime: string;
  readonly size: number;
  readonly sha256: string;
  readonly url: string;
}

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'relay-files-'));
  folders.push(made);
  return made;
}

const users: Readonly<Record<string, { source: string; expiresAt?: number }>> = {
  'token-of-alice': { source: 'alice' },
  'token-of-bob': { source: 'bob' },
  'token-of-the-past': { source: 'alice', expiresAt: 1 },
};

const relayWithFiles = (files: Partial<FileOptions> = {}, options: Partial<RelayOptions> = {}) =>
  startRelay({
    authenticate: ({ token }) => users[token ?? ''],
    agentTokens: { default: 'token-of-the-agent', other: 'token-of-another-agent' },
    files: { store: memoryFiles(), ...files },
    ...options,
  });

const http = (relay: RunningRelay, path: string): string => relay.url.replace('ws', 'http') + path;
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const alice = bearer('token-of-alice');
const agent = { ...bearer('token-of-the-agent'), 'websocket-channel-role': 'agent' };

const upload = (
  relay: RunningRelay,
  body: string | Buffer | ReadableStream<Uint8Array>,
  {
    headers = {},
    name = 'cat.png',
    conversation = 'alice',
  }: { headers?: HeaderRecord; name?: string; conversation?: string } = {},
): Promise<Response> =>
  fetch(http(relay, `/files?${new URLSearchParams({ conversation, name })}`), {
    method: 'POST',
    body: body as string,
    duplex: 'half',
    headers: { 'content-type': 'image/png', ...alice, ...headers },
  });

const refusal = async (response: Response) => {
  const { type, code, retryable, details } = (await response.json()) as Record<string, unknown>;
  expect(type).toBe('error');
  return { status: response.status, code, retryable, details };
};

describe.each([
  ['memory', async () => memoryFiles()],
  ['a folder', async () => folderFiles(await folder())],
])('files in %s', (_, open) => {
  it('are stored, described by their bytes, and handed out to their conversation', async () => {
    const relay = await relayWithFiles({ store: await open() });
    const response = await upload(relay, png);
    expect(response.status).toBe(201);
    const stored = (await response.json()) as Stored;
    expect(stored).toEqual({
      id: expect.stringMatching(/^[A-Za-z0-9_-]{32}$/),
      name: 'cat.png',
      mime: 'image/png',
      size: png.length,
      sha256: createHash('sha256').update(png).digest('hex'),
      url: `/files/${stored.id}`,
    });
    const download = await fetch(http(relay, stored.url), { headers: alice });
    expect(Buffer.from(await download.arrayBuffer())).toEqual(png);
    expect(Object.fromEntries(download.headers)).toMatchObject({
      'content-type': 'image/png',
      'content-length': String(png.length),
      'content-disposition': "attachment; filename*=UTF-8''cat.png",
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      'cache-control': 'private, no-store',
    });
    expect(relay.relay.stats().files).toEqual({ stored: 1, read: 1 });
  });

  it('are handed out in part', async () => {
    const relay = await relayWithFiles({ store: await open() });
    const { url } = (await (await upload(relay, png)).json()) as Stored;
    const part = async (range: string) => {
      const response = await fetch(http(relay, url), { headers: { ...alice, range } });
      return [response.status, Buffer.from(await response.arrayBuffer()).toString('hex')];
    };
    expect(await part('bytes=0-3')).toEqual([206, '89504e47']);
    expect(await part(`bytes=${png.length - 2}-`)).toEqual([206, png.subarray(-2).toString('hex')]);
    expect(await part('bytes=-2')).toEqual([206, png.subarray(-2).toString('hex')]);
    expect((await part(`bytes=${png.length}-`))[0]).toBe(416);
    expect((await part('bytes=0-1,4-5'))[0]).toBe(200);
  });

  it('end with their time, and what is refused leaves nothing behind', async () => {
    const store = await open();
    const relay = await relayWithFiles(
      { store, ageMs: 1 },
      { sweepIntervalMs: 20, heartbeat: { graceMs: 40 } },
    );
    await upload(relay, 'no picture at all');
    expect(await store.bytes()).toBe(0);
    const { url } = (await (await upload(relay, png)).json()) as Stored;
    await expect.poll(() => store.bytes(), { timeout: 10_000 }).toBe(0);
    const response = await fetch(http(relay, url), { headers: alice });
    expect(await refusal(response)).toMatchObject({ status: 404, code: 'not_found' });
  });
});

describe('files in a folder', () => {
  const record = {
    id: 'x'.repeat(32),
    conversation: 'alice',
    source: 'alice',
    name: 'cat.png',
    mime: 'image/png',
  };

  it('that a clock which was ahead had dated are not kept for ever', async () => {
    const path = await folder();
    const stored = { ...record, size: 1, sha256: '', storedAt: Date.now() + 1_000_000_000 };
    await writeFile(join(path, record.id), 'x');
    await writeFile(join(path, `${record.id}.json`), JSON.stringify(stored));
    const store = folderFiles(path);
    expect(await store.bytes()).toBe(1);
    expect(await store.sweep(Date.now() + 1000)).toBe(1);
    expect(await readdir(path)).toEqual([]);
  });

  it('of which one is not described any more are left as they are, and it is named', async () => {
    const path = await folder();
    await writeFile(join(path, record.id), 'x');
    await writeFile(join(path, `${record.id}.json`), '{"id":');
    await expect(folderFiles(path).bytes()).rejects.toThrow(`${record.id}.json is damaged`);
    expect(await readdir(path)).toHaveLength(2);
  });

  it('outlive the relay, and what a crash cut off is removed', async () => {
    const path = await folder();
    const before = await relayWithFiles({ store: folderFiles(path) });
    const { id, url } = (await (await upload(before, png)).json()) as Stored;
    await before.relay.close();
    const other = 'x'.repeat(32);
    for (const name of [`${other}.part`, other, `${other}.json.part`]) {
      await writeFile(join(path, name), 'half a file');
    }
    const relay = await relayWithFiles({ store: folderFiles(path) });
    const download = await fetch(http(relay, url), { headers: alice });
    expect(Buffer.from(await download.arrayBuffer())).toEqual(png);
    expect((await readdir(path)).sort()).toEqual([id, `${id}.json`].sort());
  });

  it('stay described until they are removed, so that none is left behind for ever', async () => {
    const path = await folder();
    await mkdir(join(path, record.id));
    await writeFile(
      join(path, `${record.id}.json`),
      JSON.stringify({ ...record, size: 1, sha256: '', storedAt: 1 }),
    );
    await expect(folderFiles(path).sweep(2)).rejects.toThrow();
    expect((await readdir(path)).sort()).toEqual([record.id, `${record.id}.json`]);
  });

  it('lie beside what others keep there, of which nothing is touched', async () => {
    const path = await folder();
    // Others name files by digests of as many letters.
    const digest = 'd41d8cd98f00b204e9800998ecf8427e';
    const names = ['cat.png', 'film.part', 'notes', 'package.json', digest, `${digest.toUpperCase()}.json`];
    for (const name of names) await writeFile(join(path, name), '{"size":5}');
    await mkdir(join(path, 'music'));
    const store = folderFiles(path);
    expect(await store.bytes()).toBe(0);
    const relay = await relayWithFiles({ store });
    const { id } = (await (await upload(relay, png)).json()) as Stored;
    expect((await readdir(path)).sort()).toEqual([...names, 'music', id, `${id}.json`].sort());
  });

  it('whose bytes vanish end the answer, and the relay goes on', async () => {
    const path = await folder();
    const relay = await relayWithFiles({ store: folderFiles(path) });
    const { id, url } = (await (await upload(relay, png)).json()) as Stored;
    await rm(join(path, id));
    await expect(
      fetch(http(relay, url), { headers: alice }).then((response) => response.arrayBuffer()),
    ).rejects.toThrow();
    expect((await upload(relay, png)).status).toBe(201);
  });
});

describe('an upload', () => {
  it.each([
    ['is empty', '', {}, 400, 'invalid', { path: '/size', keyword: 'minimum', limit: 1 }],
    [
      'claims to be a picture and is text',
      'plain text',
      {},
      415,
      'invalid',
      { path: '/mime', limit: 'image/png' },
    ],
    [
      'claims to be text and is a program',
      '\u007fELF\u0000\u0000',
      { 'content-type': 'text/plain' },
      415,
      'invalid',
      { path: '/mime', limit: 'text/plain' },
    ],
    [
      'claims to be audio of some kind and is a page in disguise',
      'MZ\u0000',
      { 'content-type': 'audio/amr' },
      415,
      'invalid',
      { path: '/mime', limit: 'audio/amr' },
    ],
    [
      'is of a type that is not taken',
      'x',
      { 'content-type': 'application/x-msdownload' },
      415,
      'invalid',
      { path: '/mime', keyword: 'enum' },
    ],
    [
      'has a type that is none',
      'x',
      { 'content-type': 'nonsense' },
      415,
      'invalid',
      { path: '/mime', keyword: 'enum' },
    ],
  ])('that %s is refused', async (_what, body, headers, status, code, details) => {
    const relay = await relayWithFiles();
    const refused = await refusal(await upload(relay, body, { headers: headers as HeaderRecord }));
    expect(refused).toMatchObject({ status, code, retryable: false, details });
  });

  it('may have as many bytes as are allowed, and not one more, with or without saying so first', async () => {
    const relay = await relayWithFiles({ maxBytes: png.length });
    const larger = Buffer.concat([png, Buffer.from([0])]);
    const chunked = (bytes: Buffer) =>
      fetch(http(relay, '/files?conversation=alice&name=a.png'), {
        method: 'POST',
        headers: { ...alice, 'content-type': 'image/png' },
        body: new Blob([bytes as Uint8Array<ArrayBuffer>]).stream(),
        duplex: 'half',
      } as RequestInit);
    expect((await upload(relay, png.subarray(0, -1))).status).toBe(201);
    expect((await upload(relay, png)).status).toBe(201);
    expect((await chunked(png)).status).toBe(201);
    const tooLarge = { status: 413, code: 'too_large', details: { path: '/size', limit: png.length } };
    expect(await refusal(await upload(relay, larger))).toMatchObject(tooLarge);
    expect(await refusal(await chunked(larger))).toMatchObject(tooLarge);
  });

  it('is refused when the relay has no room for it', async () => {
    const relay = await relayWithFiles({ totalBytes: 2 * png.length });
    expect((await upload(relay, png)).status).toBe(201);
    expect((await upload(relay, png)).status).toBe(201);
    expect(await refusal(await upload(relay, png))).toMatchObject({
      status: 503,
      code: 'unavailable',
      retryable: true,
    });
  });

  it('is refused when what came while it was sent left no room for it', async () => {
    const store = memoryFiles();
    let asked = 0;
    const bytes = () => {
      asked++;
      return store.bytes();
    };
    const relay = await relayWithFiles({ store: { ...store, bytes }, totalBytes: 2 * png.length - 1 });
    const sending = new TransformStream<Uint8Array, Uint8Array>();
    const late = upload(relay, sending.readable);
    const writer = sending.writable.getWriter();
    await writer.write(png.subarray(0, 8));
    await expect.poll(() => asked).toBe(1);
    expect((await upload(relay, png)).status).toBe(201);
    await writer.write(png.subarray(8));
    await writer.close();
    expect(await refusal(await late)).toMatchObject({ status: 503, code: 'unavailable' });
    expect(await store.bytes()).toBe(png.length);
  });

  it('is refused when there were too many', async () => {
    const relay = await relayWithFiles({ uploads: { burst: 2, perMs: 60_000 } });
    expect((await upload(relay, png)).status).toBe(201);
    expect((await upload(relay, png)).status).toBe(201);
    const response = await upload(relay, png);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refusal(response)).toMatchObject({ status: 429, code: 'rate_limited' });
    const bob = await upload(relay, png, { headers: bearer('token-of-bob'), conversation: 'bob' });
    expect(bob.status).toBe(201);
  });

  it('has a name without paths or letters that mislead, of bounded length', async () => {
    const relay = await relayWithFiles();
    const named = async (name: string) =>
      ((await (await upload(relay, png, { name })).json()) as Stored).name;
    expect(await named('../../猫\u202egnp.exe')).toBe('.._.._猫_gnp.exe');
    expect(await named('x'.repeat(255))).toBe('x'.repeat(255));
    expect(await refusal(await upload(relay, png, { name: 'x'.repeat(256) }))).toMatchObject({
      status: 400,
      details: { path: '/name', limit: 255 },
    });
    expect(await refusal(await upload(relay, png, { name: '' }))).toMatchObject({ status: 400 });
  });
});

describe('who may have a file', () => {
  it('is decided by the token: neither nobody, nor others, nor a token of the past', async () => {
    const relay = await relayWithFiles();
    const { url } = (await (await upload(relay, png)).json()) as Stored;
    const get = async (headers: HeaderRecord) => refusal(await fetch(http(relay, url), { headers }));
    expect(await get({})).toMatchObject({ status: 401, code: 'unauthenticated' });
    expect(await get(bearer('wrong'))).toMatchObject({ status: 401 });
    expect(await get(bearer('token-of-the-past'))).toMatchObject({ status: 401 });
    expect(await get({ 'websocket-channel-source': 'alice' })).toMatchObject({ status: 401 });
    expect(await get(bearer('token-of-bob'))).toMatchObject({ status: 404, code: 'not_found' });
    expect(await get({ ...alice, 'websocket-channel-role': 'agent' })).toMatchObject({ status: 401 });
    const elsewhere = await upload(relay, png, { conversation: 'bob' });
    expect(await refusal(elsewhere)).toMatchObject({ status: 404 });
  });

  it('is the agent that serves the conversation, and no other', async () => {
    const relay = await relayWithFiles();
    const { url } = (await (await upload(relay, png)).json()) as Stored;
    expect((await fetch(http(relay, url), { headers: agent })).status).toBe(404);
    const client = await relay.client('alice', { token: 'token-of-alice' });
    client.send(event('ev1'));
    await client.nextFrame('ack');
    expect((await fetch(http(relay, url), { headers: agent })).status).toBe(200);
    expect((await upload(relay, png, { headers: agent })).status).toBe(201);
    const other = { ...agent, ...bearer('token-of-another-agent') };
    expect((await fetch(http(relay, url), { headers: other })).status).toBe(404);
  });

  it('is a page of an allowed origin only', async () => {
    const relay = await relayWithFiles({}, { origins: ['https://app.example'] });
    const { url } = (await (await upload(relay, png)).json()) as Stored;
    const ask = (origin: string, method: string, more: HeaderRecord = alice) =>
      fetch(http(relay, url), { method, headers: { origin, ...more } });
    expect((await ask('https://evil.example', 'GET')).status).toBe(403);
    expect((await ask('https://evil.example', 'OPTIONS', {})).status).toBe(403);
    expect((await ask('https://app.example', 'GET', agent)).status).toBe(403);
    const preflight = await ask('https://app.example', 'OPTIONS', {});
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('https://app.example');
    expect(preflight.headers.get('access-control-allow-headers')).toContain('authorization');
    const read = await ask('https://app.example', 'GET');
    expect([read.status, read.headers.get('access-control-allow-origin')]).toEqual([
      200,
      'https://app.example',
    ]);
  });

  it('is a guest by its name in development mode, from this machine', async () => {
    const relay = await startRelay({ files: { store: memoryFiles() } });
    const guest = { 'websocket-channel-source': 'alice', authorization: '' };
    const { url } = (await (await upload(relay, png, { headers: guest })).json()) as Stored;
    expect((await fetch(http(relay, url), { headers: guest })).status).toBe(200);
    const forwarded = { ...guest, 'x-forwarded-for': '203.0.113.7' };
    expect((await fetch(http(relay, url), { headers: forwarded })).status).toBe(403);
  });
});

describe('a relay', () => {
  it('tells in its welcome where files go, and takes none unless told to', async () => {
    const relay = await relayWithFiles({ url: 'https://files.example', maxBytes: 7 });
    const client = await relay.client('alice', { token: 'token-of-alice' });
    expect(client.welcome.files).toEqual({ url: 'https://files.example', maxBytes: 7 });
    const without = await startRelay();
    expect((await without.client('alice')).welcome.files).toBeUndefined();
    expect((await upload(without, png)).status).toBe(426);
  });

  it('that closes waits no longer for who reads a file than for others', async () => {
    const store = memoryFiles();
    const record = { id: 'large', conversation: 'alice', source: 'alice', name: 'large', mime: 'text/plain' };
    const content = Buffer.alloc(20_000_000);
    const about = { ...record, size: content.length, sha256: '', storedAt: Date.now() };
    await store.put(record.id, Readable.from([content]), () => about);
    const relay = await relayWithFiles({ store }, { drain: { timeoutMs: 30 } });
    const url = `/files/${record.id}`;
    const request = httpGet(http(relay, url), { headers: alice });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    const broken = once(response, 'error');
    await relay.relay.close();
    response.resume();
    expect(await broken).toMatchObject([{ code: 'ECONNRESET' }]);
  });

  it('that closes lets who reads a file come to its end', async () => {
    const relay = await relayWithFiles();
    const { url } = (await (await upload(relay, png)).json()) as Stored;
    const request = httpGet(http(relay, url), { headers: alice });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    const [content] = await Promise.all([buffer(response), relay.relay.close()]);
    expect(content).toEqual(png);
  });

  it.each([
    [{ path: 'files' }, /files.path/],
    [{ maxBytes: 0 }, /files.maxBytes/],
    [{ totalBytes: 0.5 }, /files.totalBytes/],
  ])('is not made with %j', async (files, message) => {
    await expect(relayWithFiles(files)).rejects.toThrow(message);
  });
});
