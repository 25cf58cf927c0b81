import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

/** A frame, as the test writes it. */
export interface Frame {
  readonly type: string;
  readonly [member: string]: unknown;
}

/** One connection, seen from the relay. */
export interface Connection {
  /** The next frame that the client sent. */
  next(): Promise<Frame>;
  say(...frames: Frame[]): void;
  close(code: number): void;
}

/** A relay that does nothing by itself, at a free port of the loopback interface. */
export interface RawRelay {
  readonly url: string;
  connection(): Promise<Connection>;
  stop(): Promise<void>;
}

/** Starts a relay whose every word the test says. */
export async function startRawRelay(): Promise<RawRelay> {
  const server = new WebSocketServer({
    host: '127.0.0.1',
    port: 0,
    handleProtocols: () => 'websocket-channel.v1',
  });
  const connections = createQueue<Connection>();
  server.on('connection', (socket) => connections.put(connectionOf(socket)));
  await once(server, 'listening');
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connection: connections.take,
    async stop() {
      for (const socket of server.clients) socket.terminate();
      server.close();
      await once(server, 'close');
    },
  };
}

function connectionOf(socket: WebSocket): Connection {
  const frames = createQueue<Frame>();
  socket.on('message', (data) => frames.put(JSON.parse(String(data))));
  return {
    next: frames.take,
    say(...said) {
      for (const frame of said) socket.send(JSON.stringify(frame));
    },
    close: (code) => socket.close(code),
  };
}

/** What comes before it is asked for waits, and so does who asks before it comes. */
export function createQueue<T>(): { put(item: T): void; take(): Promise<T> } {
  const items: T[] = [];
  const takers: ((item: T) => void)[] = [];
  return {
    put(item) {
      const taker = takers.shift();
      if (taker === undefined) items.push(item);
      else taker(item);
    },
    take: () =>
      items.length > 0 ? Promise.resolve(items.shift()!) : new Promise((resolve) => takers.push(resolve)),
  };
}
