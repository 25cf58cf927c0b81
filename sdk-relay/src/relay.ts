import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Server as SecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Bye, closeCodes } from '@websocket-channel/protocol';
import { Agents } from './agents.ts';
import { noticeSleep, steadyNow } from './clock.ts';
import { Conversations } from './conversations.ts';
import type { Core } from './core.ts';
import { type Arrival, Entrance, refuseUpgrade } from './entrance.ts';
import { giveUp } from './expiry.ts';
import { FileServer } from './files/file-server.ts';
import { Journal } from './journal.ts';
import { type RelayOptions, resolveOptions } from './options.ts';
import { Presence } from './presence.ts';
import { Pulse, tickMs } from './pulse.ts';
import { RateLimit } from './rate-limit.ts';
import { type RelayStats, Stats } from './stats.ts';
import { type Expired, whenReady } from './store/store.ts';
import { TurnEnd } from './turn-end.ts';
import { joinWire, type Wire } from './wire.ts';

/** Where a relay listens by itself. */
export interface ListenOptions {
  /** 0 lets the system choose. @default 8765 */
  readonly port?: number;
  /** @default '127.0.0.1' */
  readonly host?: string;
}

/** The server between clients and agents. */
export interface Relay {
  /** Serves the relay's paths on a Node HTTP or HTTPS server; other upgrades are left to the host. */
  mount(server: Server | SecureServer): void;
  /**
   * Answers a request for a file, where the relay keeps files: call it first in your server's request listener.
   *
   * @returns Whether it was one; otherwise it is left to you.
   */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
  /**
   * Serves on a server of its own.
   *
   * @returns Where it listens.
   * @throws {Error} If the port cannot be had.
   */
  listen(options?: ListenOptions): Promise<AddressInfo>;
  /** Tells all peers when to come back, ends their connections and closes the store. */
  close(): Promise<void>;
  /** What was counted so far. */
  stats(): RelayStats;
}

/**
 * Makes a relay.
 *
 * @throws {TypeError} If the options leave it open to anybody, or contradict one another.
 */
export function createRelay(options: RelayOptions): Relay {
  const resolved = resolveOptions(options);
  const { store, logger, limits, heartbeat, helloTimeoutMs, sweepIntervalMs, drain } = resolved;
  const stats = new Stats();
  const turnEnd = new TurnEnd();
  const journal = new Journal(store, turnEnd, logger);
  const agents = new Agents(store, logger);
  const core: Core = {
    options: resolved,
    logger,
    stats,
    store,
    journal,
    agents,
    conversations: new Conversations(store, agents, { journal, stats, logger }),
    presence: new Presence(),
    events: new RateLimit(limits.events),
    frames: new RateLimit(limits.frames),
  };
  const files = resolved.files && new FileServer(resolved.files, core);
  const tick = tickMs(Math.min(heartbeat.intervalMs, heartbeat.graceMs, helloTimeoutMs, sweepIntervalMs));
  const pulse = new Pulse(heartbeat, tick);
  const wires = new Set<Wire>();
  const hosts = new Set<Server | SecureServer>();
  const own = new Set<Server>();
  let emptied: (() => void) | undefined;
  let closing: Promise<void> | undefined;

  const entrance = new Entrance(resolved, stats, (arrival: Arrival) => {
    const { socket, peer } = arrival;
    const wire = joinWire(arrival, core, { bounds: limits, turnEnd, stats }, pulse);
    wires.add(wire);
    stats.opened(peer);
    socket.on('close', (code) => {
      wires.delete(wire);
      stats.gone(peer);
      logger.info({ session: wire.connection.session, peer, code }, 'disconnected');
      safely(() => wire.connection.end());
      if (wires.size === 0) emptied?.();
    });
  });

  const onUpgrade = (request: IncomingMessage, stream: Duplex, head: Buffer): void => {
    entrance.take(request, stream, head);
  };

  let sweptAt = steadyNow();
  let tickedAt = sweptAt;
  let isExcused = false;
  let look: NodeJS.Immediate | undefined;
  // One turn later, so that what came while this process was busy is read before it counts as absent.
  const timer = setInterval(() => {
    look = setImmediate(lookAfterPeers);
  }, tick);
  timer.unref();

  function lookAfterPeers(): void {
    noticeSleep();
    const now = steadyNow();
    // After the process itself was held up, peers get the time of one tick to be heard.
    isExcused = !isExcused && now - tickedAt > 3 * tick;
    tickedAt = now;
    if (isExcused) return;
    for (const { conversant } of wires) safely(() => conversant.tick(now));
    if (now - sweptAt < sweepIntervalMs) return;
    sweptAt = now;
    safely(() => sweep(now));
  }

  function sweep(now: number): void {
    core.events.sweep(now);
    core.frames.sweep(now);
    core.conversations.sweep(now);
    core.agents.sweep();
    const failed = (error: unknown): void => logger.error({ err: error }, 'the store cannot be swept');
    const proceed = (expired: readonly Expired[]): void => {
      for (const one of expired) safely(() => giveUp(one, core));
    };
    whenReady(() => store.sweep(now), proceed, failed);
    files?.sweep(now).catch((error: unknown) => logger.error({ err: error }, 'the files cannot be swept'));
  }

  function safely(action: () => void): void {
    try {
      action();
    } catch (error) {
      logger.error({ err: error }, 'the relay failed');
    }
  }

  const handle = (request: IncomingMessage, response: ServerResponse): boolean =>
    files?.take(request, response) ?? false;

  async function shutDown(): Promise<void> {
    entrance.close();
    const closed = [...own].map((server) => new Promise((resolve) => server.close(resolve)));
    await atMost(drain.timeoutMs, journal.settled());
    const bye: Bye = { type: 'bye', reason: 'drain', reconnectAfterMs: drain.reconnectAfterMs };
    for (const { connection } of wires) {
      connection.send(bye);
      connection.close(closeCodes.draining, 'draining');
    }
    await everyoneLeft();
    await atMost(drain.timeoutMs, Promise.all([journal.settled(), ...closed]));
    // Whoever still reads a file or sends one.
    for (const server of own) server.closeAllConnections();
    clearInterval(timer);
    clearImmediate(look);
    for (const host of hosts) host.off('upgrade', onUpgrade);
    await store.close();
  }

  async function everyoneLeft(): Promise<void> {
    if (wires.size === 0) return;
    const left = new Promise<void>((resolve) => {
      emptied = resolve;
    });
    const patience = setTimeout(() => {
      for (const { connection } of wires) connection.terminate();
    }, drain.timeoutMs);
    await left;
    clearTimeout(patience);
  }

  return {
    mount(server) {
      hosts.add(server);
      server.on('upgrade', onUpgrade);
    },
    handle,
    async listen({ port = 8765, host = '127.0.0.1' } = {}) {
      const server = createServer((request, response) => {
        if (handle(request, response)) return;
        response.writeHead(426, { 'content-type': 'text/plain; charset=utf-8', upgrade: 'websocket' });
        response.end('This is a WebSocket relay');
      });
      server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
        if (!entrance.take(request, stream, head)) refuseUpgrade(stream, 404, 'No such path');
      });
      server.listen(port, host);
      await once(server, 'listening');
      own.add(server);
      return server.address() as AddressInfo;
    },
    close: () => (closing ??= shutDown()),
    stats: () => stats.snapshot(),
  };
}

/** Waits for a promise, but no longer than that. */
async function atMost(ms: number, promise: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([promise, patience]);
  clearTimeout(timer);
}
