import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { subprotocol } from '../../versions.ts';

/** A subject that has connected. It is not read from before it is listened to. */
export interface Caller {
  readonly socket: WebSocket;
  readonly request: IncomingMessage;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly at: number;
}

/** The endpoint of a relay, to which the subject connects. */
export interface Host {
  readonly url: string;
  /** Whether the subprotocol is selected; without it, a relay speaks the older wire. */
  selects: boolean;
  /** Where HTTP requests are led; absent refuses them. */
  leadsTo: string | undefined;
  /** Paths of the HTTP requests that came. */
  readonly requests: readonly string[];
  /** The next connection of the subject, or nothing if none comes in time. */
  next(withinMs: number): Promise<Caller | undefined>;
  /** Cuts connections that nobody waited for. */
  forget(): void;
  close(): Promise<void>;
}

/** @param port 0 lets the system choose. @throws {Error} If it cannot be had. */
export async function startHost(port: number): Promise<Host> {
  const requests: string[] = [];
  const http = createServer(({ url = '' }, response) => {
    requests.push(url);
    const { leadsTo } = host;
    response.writeHead(leadsTo === undefined ? 426 : 302, leadsTo === undefined ? {} : { location: leadsTo });
    response.end();
  });
  const calls: Caller[] = [];
  let waiting: ((caller: Caller) => void) | undefined;
  const host: Host = {
    url: '',
    selects: true,
    leadsTo: undefined,
    requests,
    next: (withinMs) =>
      new Promise((resolve) => {
        const call = calls.shift();
        if (call !== undefined) return resolve(call);
        const timer = setTimeout(() => {
          waiting = undefined;
          resolve(undefined);
        }, withinMs);
        waiting = (caller) => {
          clearTimeout(timer);
          waiting = undefined;
          resolve(caller);
        };
      }),
    forget() {
      for (const { socket } of calls.splice(0)) socket.terminate();
    },
    async close() {
      for (const socket of server.clients) socket.terminate();
      server.close();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
  const server = new WebSocketServer({
    server: http,
    maxPayload: 16 * 1024 * 1024,
    handleProtocols: (offered) => host.selects && offered.has(subprotocol) && subprotocol,
  });
  server.on('connection', (socket, request) => {
    socket.on('error', () => {});
    socket.pause();
    const caller = { socket, request, at: Date.now() };
    if (waiting !== undefined) waiting(caller);
    else calls.push(caller);
  });
  await new Promise<void>((resolve, reject) => {
    // It passes on what the other says, and would throw it where nobody listens.
    server.once('error', reject);
    http.listen(port, '127.0.0.1', resolve);
  });
  return Object.assign(host, { url: `ws://127.0.0.1:${(http.address() as AddressInfo).port}` });
}
