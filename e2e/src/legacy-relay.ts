import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

/** The tutorial's relay as far as the plugin sees it: no subprotocol, no handshake, one JSON message each way. */
export interface LegacyRelay {
  readonly url: string;
  /** Every message of the plugin so far. */
  readonly replies: readonly unknown[];
  /** Resolves when a plugin is connected. */
  connected(): Promise<void>;
  /** Sends what a frontend of the tutorial would have sent through the relay. */
  say(source: string, content: string): void;
  /** Resolves with the first message, past or future, that fits. */
  reply(fits: (reply: Record<string, unknown>) => boolean): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

/** Starts it on loopback, on any free port. */
export async function startLegacyRelay(): Promise<LegacyRelay> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, handleProtocols: () => false });
  await once(server, 'listening');
  const replies: Record<string, unknown>[] = [];
  const waiting = new Set<() => void>();
  const changed = () => {
    for (const check of waiting) check();
  };
  const plugins = new Set<WebSocket>();
  server.on('connection', (socket, request) => {
    // A plugin that offered the subprotocol goes away again when it sees that the relay did not take it.
    if (request.headers['sec-websocket-protocol'] !== undefined) return;
    plugins.add(socket);
    socket.on('close', () => plugins.delete(socket));
    changed();
    socket.on('message', (data) => {
      replies.push(JSON.parse(String(data)));
      changed();
    });
  });
  const until = <T>(fact: () => T | undefined): Promise<T> =>
    new Promise((resolve) => {
      const check = () => {
        const value = fact();
        if (value === undefined) return;
        waiting.delete(check);
        resolve(value);
      };
      waiting.add(check);
      check();
    });
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/openclaw`,
    replies,
    connected: () => until(() => (plugins.size > 0 ? true : undefined)).then(() => undefined),
    say(source, content) {
      const timestamp = new Date().toISOString();
      for (const plugin of plugins)
        plugin.send(JSON.stringify({ source, data: { source, content, timestamp } }));
    },
    reply: (fits) => until(() => replies.find(fits)),
    async close() {
      for (const client of server.clients) client.terminate();
      server.close();
      await once(server, 'close');
    },
  };
}
