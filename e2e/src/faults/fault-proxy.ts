import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { Direction } from './steps.ts';
import { createSplitter, type Piece } from './websocket-frames.ts';

/** A connection through the proxy, and what can be done to it. */
export interface ProxiedConnection {
  /** Resets it. */
  cut(): void;
  /** Lets half of the next frame through, in whichever direction it goes, and resets the connection. */
  cutNextFrame(): void;
  /** Ends one direction; what is said in it from now on is lost. */
  halfClose(direction: Direction): void;
  /** Keeps what goes in these directions until `release` is called. */
  hold(...directions: Direction[]): { release(): void };
  /** Has the next frames arrive twice. */
  duplicate(frames: number): void;
}

/** Looks at each text message before it goes on. What it does to the connection happens to that message first. */
export type Watch = (connection: ProxiedConnection, direction: Direction, text: string) => void;

/** A way to a port of this machine on which every frame is seen, and on which connections can be disturbed. */
export interface FaultProxy {
  readonly port: number;
  /** Those that are open. */
  readonly connections: readonly ProxiedConnection[];
  close(): Promise<void>;
}

/** Starts a proxy on loopback, on any free port. */
export async function startFaultProxy(target: number, watch: Watch): Promise<FaultProxy> {
  const connections = new Set<ProxiedConnection>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
    const far = connect({ port: target, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    const connection = join(near, far, watch);
    connections.add(connection);
    near.once('close', () => connections.delete(connection));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return [...connections];
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const connection of connections) connection.cut();
      }),
  };
}

interface Lane {
  readonly to: Socket;
  /** How many holds are in force, and what they keep. */
  holds: number;
  readonly kept: Buffer[];
  closed: boolean;
}

function join(near: Socket, far: Socket, watch: Watch): ProxiedConnection {
  const lanes: Record<Direction, Lane> = {
    'to-relay': { to: far, holds: 0, kept: [], closed: false },
    'from-relay': { to: near, holds: 0, kept: [], closed: false },
  };
  let cutsNext = false;
  let twice = 0;

  function cut(): void {
    reset(near);
    reset(far);
  }

  function pass(lane: Lane, bytes: Buffer): void {
    if (lane.closed || lane.to.destroyed) return;
    if (lane.holds > 0) lane.kept.push(bytes);
    else lane.to.write(bytes);
  }

  function end(lane: Lane): void {
    if (lane.closed) return;
    lane.closed = true;
    // What is kept goes before the end, as it would on a slow network.
    for (const bytes of lane.kept.splice(0)) lane.to.write(bytes);
    lane.to.end();
  }

  function forward(direction: Direction, { bytes, text }: Piece): void {
    if (text !== undefined) watch(connection, direction, text);
    const lane = lanes[direction];
    if (cutsNext && text !== undefined) {
      if (!lane.to.destroyed) lane.to.write(bytes.subarray(0, bytes.length >> 1), cut);
      lane.closed = true;
      return;
    }
    pass(lane, bytes);
    if (twice > 0 && text !== undefined && !text.includes('"type":"hello"')) {
      twice--;
      pass(lane, bytes);
    }
  }

  const connection: ProxiedConnection = {
    cut,
    cutNextFrame() {
      cutsNext = true;
    },
    halfClose: (direction) => end(lanes[direction]),
    hold(...directions) {
      for (const direction of directions) lanes[direction].holds++;
      return {
        release() {
          for (const direction of directions) {
            const lane = lanes[direction];
            if (--lane.holds === 0) for (const bytes of lane.kept.splice(0)) pass(lane, bytes);
          }
        },
      };
    },
    duplicate(frames) {
      twice += frames;
    },
  };

  for (const [from, to, direction] of [
    [near, far, 'to-relay'],
    [far, near, 'from-relay'],
  ] as const) {
    const split = createSplitter();
    from.on('data', (chunk: Buffer) => {
      for (const piece of split(chunk)) forward(direction, piece);
    });
    from.on('end', () => end(lanes[direction]));
    from.on('error', () => to.destroy());
    from.on('close', (failed) => (failed ? reset(to) : to.destroySoon()));
  }
  return connection;
}

/** Resets a socket. One that is about to end cannot be reset: Node would never let go of it. */
const reset = (socket: Socket): void =>
  void (socket.writableEnded ? socket.destroy() : socket.resetAndDestroy());
