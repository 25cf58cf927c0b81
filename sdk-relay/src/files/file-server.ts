import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Attachment } from '@websocket-channel/protocol';
import { steadyNow } from '../clock.ts';
import type { Core } from '../core.ts';
import { RateLimit } from '../rate-limit.ts';
import { refusal } from '../refusal.ts';
import { askerOf, originOf } from './file-access.ts';
import { FileFault, notFound } from './file-fault.ts';
import type { FileOptions } from './file-options.ts';
import type { ByteRange, FileRecord } from './file-store.ts';
import { announced, meter } from './upload.ts';

/** How much more than a file may have is read of a refused upload, so that its sender reads why. */
const readOn = 4;

/** Serves the files of a relay over HTTP. */
export class FileServer {
  readonly #options: Required<FileOptions>;
  readonly #core: Core;
  readonly #uploads: RateLimit;
  /** Bytes of uploads that are under way, and of those that were stored since the relay began. */
  #underWay = 0;
  #stored = 0;

  constructor(options: Required<FileOptions>, core: Core) {
    this.#options = options;
    this.#core = core;
    this.#uploads = new RateLimit(options.uploads);
  }

  /** @returns Whether the request named a file; otherwise it was left untouched. */
  take(request: IncomingMessage, response: ServerResponse): boolean {
    const { path } = this.#options;
    const url = URL.parse(request.url ?? '', 'http://relay');
    if (url === null || (url.pathname !== path && !url.pathname.startsWith(`${path}/`))) return false;
    const id = url.pathname.slice(path.length + 1);
    this.#answer(request, response, id, url.searchParams).catch((error: unknown) =>
      this.#refuse(request, response, error),
    );
    return true;
  }

  /** Drops what is too old. */
  async sweep(now: number): Promise<void> {
    this.#uploads.sweep(now);
    await this.#options.store.sweep(now - this.#options.ageMs);
  }

  async #answer(
    request: IncomingMessage,
    response: ServerResponse,
    id: string,
    query: URLSearchParams,
  ): Promise<void> {
    const origin = originOf(request, this.#core);
    response.setHeader('vary', 'origin');
    if (origin !== undefined) response.setHeader('access-control-allow-origin', origin);
    switch (request.method) {
      case 'OPTIONS':
        return preflight(response);
      case 'POST':
        return this.#upload(request, response, id, query);
      case 'GET':
      case 'HEAD':
        return this.#download(request, response, id);
      default:
        response.setHeader('allow', 'GET, HEAD, POST, OPTIONS');
        throw new FileFault(405, 'invalid', 'Files are stored by POST and read by GET');
    }
  }

  async #upload(
    request: IncomingMessage,
    response: ServerResponse,
    id: string,
    query: URLSearchParams,
  ): Promise<void> {
    if (id !== '') throw notFound();
    const { store, url, maxBytes, uploads } = this.#options;
    const asker = await askerOf(request, this.#core);
    const about = announced(request, query, this.#options);
    await asker.enter(about.conversation);
    const wait = this.#uploads.spend(asker.key, steadyNow());
    if (wait > 0) {
      throw new FileFault(429, 'rate_limited', `More than ${uploads.burst} files in ${uploads.perMs} ms`, {
        retryAfterMs: wait,
      });
    }
    const storedBefore = this.#stored;
    const room = this.#options.totalBytes - (await store.bytes());
    let taken = 0;
    const take = (bytes: number): void => {
      taken += bytes;
      this.#underWay += bytes;
      if (this.#underWay + this.#stored - storedBefore > room) {
        throw new FileFault(503, 'unavailable', 'The relay has no room for more files at the moment', {
          details: { path: '/size', limit: this.#options.totalBytes },
        });
      }
    };
    // A refusal is to reach the sender: it must not end the connection.
    const body: AsyncIterable<Uint8Array> = request.iterator({ destroyOnReturn: false });
    const metered = meter(about, asker.source, body, maxBytes, take);
    const record = await store
      .put(metered.id, metered.bytes, () => metered.describe())
      .then((stored) => {
        this.#stored += taken;
        return stored;
      })
      .finally(() => {
        this.#underWay -= taken;
      });
    this.#core.stats.filesStored++;
    const { name, mime, size, sha256 } = record;
    const attachment: Attachment = { id: record.id, name, mime, size, sha256, url: `${url}/${record.id}` };
    json(response, 201, attachment);
  }

  async #download(request: IncomingMessage, response: ServerResponse, id: string): Promise<void> {
    const asker = await askerOf(request, this.#core);
    const record = await this.#options.store.find(id);
    if (record === undefined) throw notFound();
    await asker.enter(record.conversation);
    const range = rangeOf(request, record.size);
    if (range === 'unsatisfiable') {
      response.setHeader('content-range', `bytes */${record.size}`);
      throw new FileFault(416, 'invalid', 'The file has no such range of bytes', {
        details: { path: '/size', limit: record.size },
      });
    }
    response.writeHead(range === undefined ? 200 : 206, {
      ...downloadHeaders(record),
      'content-length': range === undefined ? record.size : range.end - range.start + 1,
      ...(range !== undefined && { 'content-range': `bytes ${range.start}-${range.end}/${record.size}` }),
    });
    if (request.method === 'HEAD') return void response.end();
    this.#core.stats.filesRead++;
    await pipeline(Readable.from(this.#options.store.read(id, range)), response);
  }

  async #refuse(request: IncomingMessage, response: ServerResponse, error: unknown): Promise<void> {
    const fault =
      error instanceof FileFault
        ? error
        : new FileFault(500, 'internal', 'The relay could not handle the file');
    const left = request.socket.destroyed;
    if (!(error instanceof FileFault) && !left) this.#core.logger.error({ err: error }, 'a file failed');
    if (left || response.headersSent) return void response.destroy();
    this.#core.stats.fault(fault.code);
    await discard(request, this.#options.maxBytes * readOn);
    const { retryAfterMs } = fault.context;
    if (fault.status === 401) response.setHeader('www-authenticate', 'Bearer');
    if (retryAfterMs !== undefined) response.setHeader('retry-after', Math.ceil(retryAfterMs / 1000));
    response.setHeader('connection', 'close');
    json(response, fault.status, refusal(fault.code, fault.message, fault.context));
  }
}

function preflight(response: ServerResponse): void {
  response.writeHead(204, {
    'access-control-allow-methods': 'GET, HEAD, POST',
    'access-control-allow-headers': 'authorization, content-type, range, websocket-channel-source',
    'access-control-max-age': '600',
  });
  response.end();
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  });
  response.end(JSON.stringify(body));
}

/** A browser that is led to a file saves it; it neither shows nor runs it, whatever the file claims to be. */
const downloadHeaders = ({ mime, name }: FileRecord) => ({
  'content-type': mime,
  'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name).replace(/['()*]/g, escaped)}`,
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; sandbox",
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'private, no-store',
  'accept-ranges': 'bytes',
});

const escaped = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;

/** One range of bytes; several at once are answered with the whole file, as HTTP allows. */
function rangeOf({ headers }: IncomingMessage, size: number): ByteRange | 'unsatisfiable' | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(headers.range ?? '') ?? [];
  if (first === undefined || last === undefined || first + last === '') return undefined;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  return start > end ? 'unsatisfiable' : { start, end };
}

/** Reads what is left of a body, but no more than that. */
async function discard(request: IncomingMessage, bytes: number): Promise<void> {
  let left = bytes;
  request.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) request.destroy();
  });
  if (request.readableEnded || request.destroyed) return;
  request.resume();
  await new Promise<void>((resolve) => {
    request.once('close', resolve);
    request.once('end', resolve);
  });
}
