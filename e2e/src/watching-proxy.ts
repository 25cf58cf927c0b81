import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { Writable } from 'node:stream';
import * as ws from 'ws';
import { watchConnection } from './lawfulness.ts';

/** A way for agents to a relay of this machine, on which everything that passes is watched. */
export interface WatchingProxy {
  readonly port: number;
  close(): Promise<void>;
}

/** Reads the WebSocket messages in a stream of bytes; the package's types leave it out. */
const { Receiver } = ws as unknown as { Receiver: new (options: { isServer: boolean }) => Writable };

/** Starts a proxy on loopback, on any free port. Bytes pass unchanged and at once. */
export async function startWatchingProxy(target: number): Promise<WatchingProxy> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1');
    const watch = watchConnection({ role: 'agent', resumed: connections++ > 0 });
    for (const [socket, other, from] of [
      [near, far, 'agent'],
      [far, near, 'relay'],
    ] as const) {
      sockets.add(socket);
      const read = messageReader(from === 'agent', (text) => watch(from, text));
      socket.on('data', read);
      socket.pipe(other);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

/** Takes bytes: first the head of the handshake, then frames. */
function messageReader(fromClient: boolean, onText: (text: string) => void): (bytes: Buffer) => void {
  const receiver = new Receiver({ isServer: fromClient });
  receiver.on('message', (data) => onText(String(data)));
  receiver.on('error', () => {});
  let head: Buffer | undefined = Buffer.alloc(0);
  return (bytes) => {
    // The receiver unmasks bytes in place, and these are still to pass.
    if (head === undefined) return void receiver.write(Buffer.from(bytes));
    head = Buffer.concat([head, bytes]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    if (end + 4 < head.length) receiver.write(head.subarray(end + 4));
    head = undefined;
  };
}
