import { readdir, readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, relative, sep } from 'node:path';

/** A built page in memory: what is not among its files cannot be asked for. */
export type Page = ReadonlyMap<string, { readonly type: string; readonly bytes: Buffer }>;

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Reads a built page, and puts a `config.json` of its own beside it. @throws {Error} when there is no page. */
export async function loadPage(folder: string, config: object): Promise<Page> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const page = new Map<string, { type: string; bytes: Buffer }>();
  for (const file of files) {
    const type = types[extname(file)] ?? 'application/octet-stream';
    page.set(`/${relative(folder, file).split(sep).join('/')}`, { type, bytes: await readFile(file) });
  }
  const index = page.get('/index.html');
  if (index === undefined) throw new Error(`There is no page in ${folder}`);
  page.set('/', index);
  page.set('/config.json', { type: types['.json']!, bytes: Buffer.from(JSON.stringify(config)) });
  return page;
}

/**
 * What every answer says: run nothing but the page's own scripts, talk to nobody but this server, be in nobody's frame.
 *
 * @param host The header `Host`, once it was found to be ours.
 */
export const securityHeaders = (host: string): Readonly<Record<string, string>> => ({
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    // Not all browsers take a WebSocket of the same server for 'self'.
    `connect-src 'self' ws://${host}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
});

/** Answers a request for a file of the page. */
export function answerWithPage(page: Page, request: IncomingMessage, response: ServerResponse): void {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD');
    return refuse(response, 405, 'Only GET and HEAD are answered');
  }
  const [path = ''] = (request.url ?? '').split(/[?#]/, 1);
  const file = page.get(path);
  if (file === undefined) return refuse(response, 404, 'There is no such file');
  response.writeHead(200, {
    'content-type': file.type,
    'content-length': file.bytes.length,
    // The names below this folder hold a hash of the content.
    'cache-control': path.startsWith('/assets/') ? 'private, max-age=31536000, immutable' : 'no-store',
  });
  response.end(request.method === 'HEAD' ? undefined : file.bytes);
}

/** Answers with one line of text. */
export function refuse(response: ServerResponse, status: number, reason: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' });
  response.end(`${reason}\n`);
}
