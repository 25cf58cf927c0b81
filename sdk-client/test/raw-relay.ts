import type { AddressInfo } from 'node:net';
import {
  type ClientToRelay,
  encode,
  limits,
  type RelayToClient,
  subprotocol,
  type Welcome,
} from '@websocket-channel/protocol';
import { parseClientToRelay } from '@websocket-channel/protocol/relay';
import { type WebSocket, WebSocketServer } from 'ws';

/** A relay without any behaviour of its own: the test reads what the client sends, and says each answer. */
export interface RawRelay {
  readonly url: string;
  /** The next connection, or one that came before and nobody asked for. */
  nextConnection(): Promise<RawConnection>;
  /** How many connections came so far. */
  readonly accepted: number;
  /** Kills every connection and stops listening; the port stays known. */
  stop(): Promise<void>;
  /** Listens again at the same port. */
  restart(): Promise<void>;
}

/** One connection of a client, seen from the relay. */
export interface RawConnection {
  /** The next frame of the client, of this type: others that come first fail the test. */
  next<Type extends ClientToRelay['type']>(type: Type): Promise<Extract<ClientToRelay, { type: Type }>>;
  /** Frames that the client has sent and nobody has read. */
  readonly unread: readonly ClientToRelay[];
  send(...frames: RelayToClient[]): void;
  sendText(text: string): void;
  /** Reads `hello`, sends `welcome`, and returns the `hello`. */
  welcome(members?: Partial<Welcome>): Promise<Extract<ClientToRelay, { type: 'hello' }>>;
  close(code: number, reason?: string): void;
  /** Cuts the connection without a closing handshake. */
  kill(): void;
  /** Settles with the close code when the connection is gone. */
  readonly closed: Promise<number>;
}

export const welcomeFrame: Welcome = {
  type: 'welcome',
  version: 1,
  session: 'se1',
  identity: { source: 'alice' },
  conversation: 'alice',
  heartbeat: { intervalMs: 15_000, graceMs: 10_000 },
  limits: { frameBytes: limits.frameBytes, contentLength: limits.contentLength },
  capabilities: ['stream', 'signal', 'receipt'],
};

/** Starts a raw relay on a free port of the loopback interface. */
export async function startRawRelay(): Promise<RawRelay> {
  const connections = queue<RawConnection>();
  let accepted = 0;
  let server = await listen(0);
  const { port } = server.address() as AddressInfo;

  async function listen(at: number): Promise<WebSocketServer> {
    const started = new WebSocketServer({
      host: '127.0.0.1',
      port: at,
      handleProtocols: (offered) => (offered.has(subprotocol) ? subprotocol : false),
    });
    started.on('connection', (socket) => {
      accepted++;
      connections.put(rawConnection(socket));
    });
    await new Promise((resolve) => started.once('listening', resolve));
    return started;
  }

  return {
    url: `ws://127.0.0.1:${port}`,
    nextConnection: () => connections.take('a connection'),
    get accepted() {
      return accepted;
    },
    stop: () =>
      new Promise((resolve) => {
        for (const socket of server.clients) socket.terminate();
        server.close(() => resolve());
      }),
    async restart() {
      server = await listen(port);
    },
  };
}

function rawConnection(socket: WebSocket): RawConnection {
  const frames = queue<ClientToRelay>();
  const closed = new Promise<number>((resolve) => socket.on('close', resolve));
  socket.on('message', (data) => {
    const parsed = parseClientToRelay(String(data));
    if (parsed.status !== 'frame') throw new Error(`The client sent no legal frame: ${String(data)}`);
    frames.put(parsed.frame);
  });
  const connection: RawConnection = {
    async next(type) {
      const frame = await frames.take(type);
      if (frame.type !== type) throw new Error(`Expected ${type}, got ${JSON.stringify(frame)}`);
      return frame as Extract<ClientToRelay, { type: typeof type }>;
    },
    unread: frames.items,
    send(...all) {
      for (const frame of all) socket.send(encode(frame));
    },
    sendText: (text) => socket.send(text),
    async welcome(members) {
      const hello = await connection.next('hello');
      connection.send({ ...welcomeFrame, ...members });
      return hello;
    },
    close: (code, reason) => socket.close(code, reason),
    kill: () => socket.terminate(),
    closed,
  };
  return connection;
}

interface Queue<T> {
  readonly items: readonly T[];
  put(item: T): void;
  take(what: string): Promise<T>;
}

function queue<T>(): Queue<T> {
  const items: T[] = [];
  const takers: ((item: T) => void)[] = [];
  return {
    items,
    put(item) {
      const taker = takers.shift();
      if (taker) taker(item);
      else items.push(item);
    },
    take: (what) =>
      items.length > 0
        ? Promise.resolve(items.shift()!)
        : new Promise((resolve, reject) => {
            const timer = setTimeout(() => reject(new Error(`Waited for ${what} in vain`)), 4000);
            takers.push((item) => {
              clearTimeout(timer);
              resolve(item);
            });
          }),
  };
}
