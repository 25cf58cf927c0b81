import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ErrorCode } from '../../../src/error-codes.ts';
import { mintId } from '../../../src/id.ts';
import type { ReferenceRelayOptions, TokenHolder } from './options.ts';
import type { Rooms } from './rooms.ts';

export const files = { url: '/files', maxBytes: 100_000 };

interface StoredFile {
  readonly conversation: string;
  readonly name: string;
  readonly mime: string;
  readonly bytes: Buffer;
}

/** Why a request is refused. */
class Refusal extends Error {
  readonly status: number;
  readonly body: object;
  constructor(status: number, code: ErrorCode, details?: object) {
    super(code);
    this.status = status;
    this.body = { type: 'error', code, message: code, retryable: false, ...(details && { details }) };
  }
}

/** Serves the files of the reference relay, right but for the defects that it is given. */
export function createFileServer(rooms: Rooms, { has, tokens }: ReferenceRelayOptions) {
  const stored = new Map<string, StoredFile>();

  function asker({ headers }: IncomingMessage): TokenHolder {
    const role = headers['websocket-channel-role'] === 'agent' ? 'agent' : 'client';
    const claimed = role === 'agent' ? 'default' : String(headers['websocket-channel-source'] ?? mintId());
    const token = headers.authorization?.replace('Bearer ', '') ?? '';
    const holder: TokenHolder | undefined =
      tokens === undefined ? { role, source: claimed } : tokens.get(token);
    if (holder?.role === role) return holder;
    if (has('R-FILE-4')) return { role: 'agent', source: 'default' };
    throw new Refusal(401, 'unauthenticated');
  }

  function enter({ role, source }: TokenHolder, conversation: string): void {
    const mayEnter =
      role === 'agent'
        ? rooms.known(conversation) !== undefined && !has('R-FILE-2')
        : rooms.isOpen({ source }, conversation) || has('R-FILE-3');
    if (!mayEnter) throw new Refusal(404, 'not_found');
  }

  async function upload(request: IncomingMessage, query: URLSearchParams): Promise<object> {
    const conversation = query.get('conversation') ?? '';
    enter(asker(request), conversation);
    const mime = String(request.headers['content-type']);
    const bytes = await bodyOf(request);
    if (bytes.length === 0) throw new Refusal(400, 'invalid', { path: '/size' });
    if (mime === 'image/png' && bytes.at(0) !== 0x89 && !has('R-FILE-6')) {
      throw new Refusal(415, 'invalid', { path: '/mime' });
    }
    const id = mintId();
    const name = query.get('name') ?? 'file';
    stored.set(id, { conversation, name, mime, bytes });
    const size = bytes.length + (has('R-FILE-1') ? 1 : 0);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return { id, name, mime, size, sha256, url: `${files.url}/${id}` };
  }

  async function bodyOf(request: IncomingMessage): Promise<Buffer> {
    const { maxBytes } = files;
    const announced = Number(request.headers['content-length'] ?? 0);
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of request) {
      length += (chunk as Buffer).length;
      if (length <= maxBytes || has('R-FILE-5')) chunks.push(chunk as Buffer);
    }
    if (announced > maxBytes || (length > maxBytes && !has('R-FILE-5'))) {
      throw new Refusal(413, 'too_large', { path: '/size', limit: maxBytes });
    }
    return Buffer.concat(chunks);
  }

  function download(request: IncomingMessage, response: ServerResponse, id: string): void {
    const holder = asker(request);
    const file = stored.get(id);
    if (file === undefined) throw new Refusal(404, 'not_found');
    enter(holder, file.conversation);
    const { length } = file.bytes;
    const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
    const isPart = first + last !== '' && !has('R-FILE-8');
    const start = !isPart ? 0 : first === '' ? length - Number(last) : Number(first);
    const end = isPart && first !== '' && last !== '' ? Number(last) : length - 1;
    if (start > end) throw new Refusal(416, 'invalid');
    response.writeHead(isPart ? 206 : 200, {
      ...(has('R-FILE-7') ? sniffed(file) : asDownload(file)),
      ...(isPart && { 'content-range': `bytes ${start}-${end}/${length}` }),
    });
    response.end(file.bytes.subarray(start, end + 1));
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://relay');
    try {
      if (request.headers.origin !== undefined && !has('R-FILE-9')) throw new Refusal(403, 'forbidden');
      if (request.method === 'GET') return download(request, response, pathname.slice(files.url.length + 1));
      const attachment = await upload(request, searchParams);
      response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify(attachment));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      request.resume();
      response
        .writeHead(error.status, { 'content-type': 'application/json' })
        .end(JSON.stringify(error.body));
    }
  }

  return (request: IncomingMessage, response: ServerResponse): void =>
    void answer(request, response).catch((error: Error) => response.destroy(error));
}

const asDownload = ({ mime }: StoredFile) => ({
  'content-type': mime,
  'content-disposition': 'attachment',
  'x-content-type-options': 'nosniff',
  'content-security-policy': 'sandbox',
});

const sniffed = ({ bytes }: StoredFile) => ({
  'content-type': bytes.includes('<script') ? 'text/html' : 'text/plain',
  'content-disposition': 'inline',
});
