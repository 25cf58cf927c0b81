import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a port of this machine that can be cut. */
export interface CuttingProxy {
  readonly port: number;
  /** Ends every connection at once, as a lost network does: what is on its way is gone. */
  cut(): void;
  close(): Promise<void>;
}

/** Gets the bytes of one connection on their way: those of who connected, and those of the target. */
export interface Tap {
  near(bytes: Buffer): void;
  far(bytes: Buffer): void;
}

/** Starts a proxy on loopback, on any free port. Bytes pass unchanged and at once; `tap` is asked for each connection. */
export async function startCuttingProxy(target: number, tap?: () => Tap): Promise<CuttingProxy> {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1');
    const taken = tap?.();
    if (taken !== undefined) {
      near.on('data', taken.near);
      far.on('data', taken.far);
    }
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
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
  const cut = (): void => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    close: () =>
      new Promise((resolve) => {
        cut();
        server.close(() => resolve());
      }),
  };
}
