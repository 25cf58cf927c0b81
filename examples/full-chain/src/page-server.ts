import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, resolve, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** What the page reads from `/config.json`. */
export interface PageConfig {
  readonly relayUrl: string;
  /** False for a relay without `history` frames. */
  readonly history?: boolean;
  readonly model: { readonly label: string; readonly standIn: boolean };
}

/** A running page server. */
export interface PageServer {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

const MIME: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

/**
 * Serves a built page and its `/config.json` on loopback, with a policy that lets the page run its own scripts only and
 * talk to nobody but its own server and the relay.
 *
 * @param options.folder - the built page; it may be built after the server has started
 * @param options.port - TCP port. @default 0, any free one
 */
export async function startPageServer(options: {
  readonly folder: string;
  readonly config: PageConfig;
  readonly port?: number;
}): Promise<PageServer> {
  const root = resolve(options.folder);
  const config = JSON.stringify(options.config);
  const security = securityHeaders(new URL(options.config.relayUrl).origin);

  const server = createServer((request, response) => {
    for (const [name, value] of Object.entries(security)) response.setHeader(name, value);
    answer(request, response, root, config).catch(() => {
      if (response.headersSent) response.destroy();
      else refuse(response, 500, 'internal error');
    });
  });
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

function securityHeaders(relay: string): Record<string, string> {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src 'self' ${relay} ${relay.replace(/^ws/, 'http')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  return {
    'content-security-policy': policy.join('; '),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, root: string, config: string) {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD');
    return refuse(response, 405, 'method not allowed');
  }
  const path = pathOf(request.url ?? '/');
  if (path === undefined) return refuse(response, 400, 'malformed path');
  if (path === '/config.json') {
    response.writeHead(200, { 'content-type': MIME['.json'], 'cache-control': 'no-store' });
    return void response.end(request.method === 'HEAD' ? undefined : config);
  }

  const file = join(root, path.endsWith('/') ? `${path}index.html` : path);
  if (!file.startsWith(root + sep)) return refuse(response, 404, 'not found');
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile()) return refuse(response, 404, 'not found');
  response.writeHead(200, {
    'content-type': MIME[extname(file).toLowerCase()] ?? 'application/octet-stream',
    'content-length': found.size,
    // A bundler puts a hash of the content into the names below this folder.
    'cache-control': path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
  });
  if (request.method === 'HEAD') return void response.end();
  await pipeline(createReadStream(file), response);
}

// The raw target, not a URL parser's view of it: `..` must be refused, not resolved out of sight.
function pathOf(target: string): string | undefined {
  try {
    const path = decodeURIComponent(target.split(/[?#]/, 1)[0] ?? '');
    return path.startsWith('/') && !/[\0\\]|\/\.\.?(\/|$)/.test(path) ? path : undefined;
  } catch {
    return undefined;
  }
}

function refuse(response: ServerResponse, status: number, reason: string) {
  response.writeHead(status, { 'content-type': MIME['.txt'] });
  response.end(`${reason}\n`);
}
