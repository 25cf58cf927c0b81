import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { AgentToRelay, ClientToRelay, RelayToClient, Welcome } from '../src/index.ts';
import { encode, limits, subprotocol } from '../src/index.ts';

/** A relay without any behaviour of its own: the test says each word. */
export interface TestRelay {
  readonly url: string;
  /** The next connection, in the order in which they came. */
  connection(): Promise<TestConnection>;
  /** How many connections came so far. */
  readonly count: number;
  /** Cuts every connection and stops listening. */
  stop(): Promise<void>;
  /** Listens again, at the same port. */
  start(kind?: RelayKind): Promise<void>;
}

/** `legacy`: the relay selects no subprotocol, as the tutorial's. */
export interface RelayKind {
  readonly legacy?: boolean;
}

/** One connection, seen from the relay. */
export interface TestConnection {
  /** The subprotocol that was selected. */
  readonly protocol: string;
  /** The next message, as JSON. */
  message(): Promise<ClientToRelay | AgentToRelay>;
  say(frame: RelayToClient): void;
  sayText(text: string | Uint8Array): void;
  close(code: number, reason?: string): void;
  kill(): void;
  /** Goes deaf and dumb, and leaves the TCP connection open. */
  freeze(): void;
  /** Settles with the close code once the connection is gone. */
  readonly closed: Promise<number>;
}

export const welcome: Welcome = {
  type: 'welcome',
  version: 1,
  session: 'se1',
  identity: { source: 'alice' },
  heartbeat: { intervalMs: 15_000, graceMs: 10_000 },
  limits: { frameBytes: limits.frameBytes, contentLength: limits.contentLength },
};

/** Starts a relay at a free port of the loopback interface. */
export async function startTestRelay(kind: RelayKind = {}): Promise<TestRelay> {
  const connections = createQueue<TestConnection>();
  let count = 0;
  let server: WebSocketServer;
  let port = 0;

  async function start({ legacy = false }: RelayKind = kind): Promise<void> {
    server = new WebSocketServer({
      host: '127.0.0.1',
      port,
      handleProtocols: () => (legacy ? false : subprotocol),
    });
    server.on('connection', (socket, request) => {
      // A client that asked for the subprotocol leaves when it is not selected.
      if (legacy && request.headers['sec-websocket-protocol'] !== undefined) return;
      count++;
      connections.put(testConnection(socket));
    });
    await new Promise((resolve) => server.once('listening', resolve));
    port = (server.address() as AddressInfo).port;
  }

  await start();
  return {
    url: `ws://127.0.0.1:${port}`,
    connection: connections.take,
    get count() {
      return count;
    },
    start,
    stop: () =>
      new Promise((resolve) => {
        for (const socket of server.clients) socket.terminate();
        server.close(() => resolve());
      }),
  };
}

function testConnection(socket: WebSocket): TestConnection {
  const messages = createQueue<ClientToRelay | AgentToRelay>();
  const closed = new Promise<number>((resolve) => socket.on('close', resolve));
  socket.on('message', (data) => messages.put(JSON.parse(String(data))));
  return {
    protocol: socket.protocol,
    message: messages.take,
    say: (frame) => socket.send(encode(frame)),
    sayText: (text) => socket.send(text),
    close: (code, reason) => socket.close(code, reason),
    kill: () => socket.terminate(),
    freeze: () => socket.pause(),
    closed,
  };
}

/** What comes waits for who asks, and who asks waits for what comes. */
export function createQueue<T>(): { put(item: T): void; take(): Promise<T> } {
  const items: T[] = [];
  const takers: ((item: T) => void)[] = [];
  return {
    put(item) {
      const taker = takers.shift();
      if (taker) taker(item);
      else items.push(item);
    },
    take: () =>
      items.length > 0 ? Promise.resolve(items.shift()!) : new Promise((resolve) => takers.push(resolve)),
  };
}
