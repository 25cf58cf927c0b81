import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { createRelay, folderFiles, type Logger, type Store } from '@websocket-channel/sdk-relay';
import { createSqliteStore } from '@websocket-channel/sdk-relay/sqlite';
import { messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import { agentPath, clientPath, type EmbeddedAddress, isLoopback } from './address.ts';
import { isOwnHost } from './doorkeeper.ts';
import { authenticateBrowser, onlyAgent } from './guests.ts';
import { answerWithPage, loadPage, refuse, securityHeaders } from './page.ts';

/** What an embedded relay is started with. */
export interface EmbeddedRelayOptions {
  readonly address: EmbeddedAddress;
  /** Where conversations and files are kept: made if there is none, readable by this user alone. */
  readonly folder: string;
  /** The built chat page. */
  readonly pageFolder: string;
  readonly log: Log;
}

/** A relay and its chat page, in this process. */
export interface EmbeddedRelay {
  /** Where it listens. */
  readonly port: number;
  /** What the one agent of this relay shows; a new one for each start, so that it is nowhere written. */
  readonly agentToken: string;
  /** Tells all peers to come back, and gives port and database free. */
  close(): Promise<void>;
}

/** How long conversations and files of a person are kept, in milliseconds. */
const ageMs = 365 * 24 * 60 * 60 * 1000;

/**
 * Starts a relay and its page, on a port of their own: the Gateway's would put the page into one origin with the Control UI, whose
 * tokens any script of that origin can read, would show it to whomever `gateway.bind` lets in, and has routes that follow
 * the Gateway's own authentication and state of restart.
 *
 * @throws {Error} `EADDRINUSE` and the like where the address cannot be had, `StoreError` where the database cannot.
 */
export async function startEmbeddedRelay(options: EmbeddedRelayOptions): Promise<EmbeddedRelay> {
  const { address, folder, log } = options;
  const page = await loadPage(options.pageFolder, { relayUrl: clientPath, identity: 'browser' });
  const store = await openStore(folder);
  const agentToken = randomBytes(32).toString('base64url');
  const relay = createRelay({
    authenticate: authenticateBrowser,
    agentTokens: { [onlyAgent]: agentToken },
    paths: { clients: clientPath, agents: agentPath },
    store,
    files: { store: folderFiles(join(folder, 'files')), ageMs },
    logger: loggerOf(log),
  });
  // The relay would take upgrades of the server before their host is known to be ours.
  const upgrades = createServer();
  relay.mount(upgrades);

  const local = isLoopback(address.host);
  const server = createServer();
  server.on('request', (request, response) => {
    const { host = '' } = request.headers;
    if (!isOwnHost(host, local)) return refuse(response, 421, unknownHost);
    for (const [name, value] of Object.entries(securityHeaders(host))) response.setHeader(name, value);
    if (!relay.handle(request, response)) answerWithPage(page, request, response);
  });
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    if (!isOwnHost(request.headers.host, local)) return refuseUpgrade(stream, '421 Misdirected Request');
    const [path = ''] = (request.url ?? '').split('?', 1);
    if (path !== clientPath && path !== agentPath) return refuseUpgrade(stream, '404 Not Found');
    upgrades.emit('upgrade', request, stream, head);
  });
  try {
    await listen(server, address);
  } catch (error) {
    await relay.close();
    throw error;
  }
  // Without a listener an error, such as too many open files, would end the Gateway.
  server.on('error', (error) => log.warn(`Embedded relay: ${messageOf(error)}`));
  return {
    port: (server.address() as AddressInfo).port,
    agentToken,
    async close() {
      await relay.close();
      await closed(server);
    },
  };
}

const unknownHost =
  'This page is reached by an IP address or as localhost, such as http://127.0.0.1; for a name, put your own relay in its place';

async function listen(server: Server, { host, port }: EmbeddedAddress): Promise<void> {
  server.listen(port, host);
  await once(server, 'listening');
}

async function openStore(folder: string): Promise<Store> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return createSqliteStore({ file: join(folder, 'relay.db'), frames: 10_000, ageMs });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function refuseUpgrade(stream: Duplex, status: string): void {
  stream.on('error', () => stream.destroy());
  stream.once('finish', () => stream.destroy());
  stream.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}

/** Who comes and goes is of no interest where few do. */
function loggerOf(log: Log): Logger {
  const told =
    (tell: ((message: string) => void) | undefined) =>
    (fields: object, message: string): void =>
      tell?.(`Embedded relay: ${message} ${JSON.stringify(fields, errorsAsText)}`);
  return {
    debug: () => {},
    info: told(log.debug),
    warn: told(log.warn),
    error: told(log.error),
  };
}

const errorsAsText = (_key: string, value: unknown): unknown =>
  value instanceof Error ? value.message : value;
