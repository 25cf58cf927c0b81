import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Files } from '@websocket-channel/protocol';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type AttachmentsOptions, createAttachments } from '../src/attachments.ts';

const stored = { id: 'f1', name: 'a.txt', mime: 'text/plain', size: 5, url: '/files/f1' };

interface Seen {
  readonly request: IncomingMessage;
  readonly body: string;
}

/** A relay that keeps files as far as the test says. */
async function relayOf(
  answer: { status: number; body: string } | undefined,
  files: Files | undefined = { url: '/files', maxBytes: 5 },
  more: Partial<AttachmentsOptions> = {},
) {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    seen.push({ request, body: Buffer.concat(chunks).toString() });
    if (answer !== undefined) response.writeHead(answer.status).end(answer.body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const options = { url: `ws://127.0.0.1:${port}/`, token: async () => 'tok-1', source: 'alice', ...more };
  return { attachments: createAttachments({ files }, options), seen, server };
}

const file = (content: string, type = 'text/plain') => new File([content], 'a.txt', { type });
const here = { conversation: 'alice/work' };
const error = (code: string, message: string) => ({
  status: 400,
  body: JSON.stringify({ type: 'error', code, message, retryable: false }),
});

it.each(['', undefined])('a token %j counts as none, as with the client', async (token) => {
  const { attachments, seen } = await relayOf({ status: 201, body: JSON.stringify(stored) }, undefined, {
    token: () => token,
  });
  await attachments.upload(file('12345'), here);
  await attachments.download(stored).catch(() => {});
  expect(seen.map(({ request }) => request.headers.authorization)).toEqual([undefined, undefined]);
});

describe('an upload', () => {
  it('carries the bytes, the name and the token, and tells its progress', async () => {
    const { attachments, seen } = await relayOf({ status: 201, body: JSON.stringify(stored) });
    const progress: (readonly [number, number])[] = [];
    const options = { ...here, onProgress: (sent: number, total: number) => progress.push([sent, total]) };
    expect(await attachments.upload(file('12345'), options)).toEqual(stored);
    expect(seen[0]?.body).toBe('12345');
    expect(seen[0]?.request.url).toBe('/files?conversation=alice%2Fwork&name=a.txt');
    expect(seen[0]?.request.headers).toMatchObject({
      authorization: 'Bearer tok-1',
      'websocket-channel-source': 'alice',
      'content-type': 'text/plain',
    });
    expect(progress.at(-1)).toEqual([5, 5]);
  });

  it('of nothing, or of a byte too many, is refused before it is sent', async () => {
    const { attachments, seen } = await relayOf({ status: 201, body: JSON.stringify(stored) });
    await expect(attachments.upload(file(''), here)).rejects.toMatchObject({
      code: 'invalid',
      message: /\/size/,
    });
    await expect(attachments.upload(file('123456'), here)).rejects.toMatchObject({
      code: 'too_large',
      message: '/size must be at most 5 bytes',
    });
    expect(seen).toEqual([]);
  });

  it('that the relay refuses fails with the code of the relay', async () => {
    const { attachments } = await relayOf(error('invalid', '/mime is text/plain, which the file is not'));
    await expect(attachments.upload(file('1'), here)).rejects.toMatchObject({
      code: 'invalid',
      message: '/mime is text/plain, which the file is not',
    });
  });

  it('to a relay that keeps no files, or is none, is unavailable', async () => {
    const without = createAttachments({ files: undefined }, { url: 'ws://127.0.0.1:1/' });
    expect(without.files).toBeUndefined();
    await expect(without.upload(file('1'), here)).rejects.toMatchObject({ code: 'unavailable' });
    for (const body of ['<html>', 'null', '{"message":"Bad Gateway"}']) {
      const { attachments } = await relayOf({ status: 502, body });
      await expect(attachments.upload(file('1'), here)).rejects.toMatchObject({
        code: 'unavailable',
        retryable: true,
      });
    }
  });

  it('is given up by its signal, and fails without a network', async () => {
    const { attachments, server } = await relayOf(undefined);
    const abort = new AbortController();
    const options = { ...here, signal: abort.signal, onProgress: () => abort.abort(new Error('enough')) };
    await expect(attachments.upload(file('1'), options)).rejects.toThrow('enough');
    server.closeAllConnections();
    server.close();
    await expect(attachments.upload(file('1'), here)).rejects.toMatchObject({
      code: 'network',
      retryable: true,
    });
  });
});

describe('a download', () => {
  it('fetches the bytes with the token in a header', async () => {
    const { attachments, seen } = await relayOf({ status: 200, body: 'bytes' });
    expect(await (await attachments.download(stored)).text()).toBe('bytes');
    expect(seen[0]?.request.url).toBe('/files/f1');
    expect(seen[0]?.request.headers.authorization).toBe('Bearer tok-1');
  });

  it.each(['https://evil.example/files/f1', '//evil.example/files/f1', '/other/f1', 'data:text/plain,x'])(
    'of %s does not take the token there',
    async (url) => {
      const { attachments, seen } = await relayOf({ status: 200, body: 'bytes' });
      await expect(attachments.download({ ...stored, url })).rejects.toMatchObject({ code: 'forbidden' });
      expect(seen).toEqual([]);
    },
  );

  it('that is cut off in the middle fails for want of a network', async () => {
    const server = createServer((_, response) => {
      response.writeHead(200, { 'content-length': 100 }).write('half', () => response.destroy());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const files = { url: '/files', maxBytes: 5 };
    const attachments = createAttachments({ files }, { url: `ws://127.0.0.1:${port}/` });
    await expect(attachments.download(stored)).rejects.toMatchObject({ code: 'network', retryable: true });
  });

  it('of a file that is gone fails with not_found', async () => {
    const { attachments } = await relayOf(error('not_found', 'There is no such file'));
    await expect(attachments.download(stored)).rejects.toMatchObject({ code: 'not_found', retryable: false });
  });
});
