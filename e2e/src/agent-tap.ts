import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type AgentToRelay, subprotocol } from '@websocket-channel/protocol';
import { WebSocket, WebSocketServer } from 'ws';

/** The way between an agent and its relay, with an ear on it. */
export interface AgentTap {
  /** Where the agent connects. */
  readonly url: string;
  /** What the agent wrote so far. */
  readonly frames: readonly AgentToRelay[];
  /**
   * Tells of each frame of the agent's before the relay gets it, from now on, one listener at a time. The relay does not
   * get those for which it returns `lose`.
   */
  listen(onFrame: (frame: AgentToRelay) => 'lose' | undefined): void;
  close(): Promise<void>;
}

/** Opens the way, on any free port of loopback. */
export async function startAgentTap(relayUrl: string): Promise<AgentTap> {
  const frames: AgentToRelay[] = [];
  let onFrame: (frame: AgentToRelay) => 'lose' | undefined = () => undefined;
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, path: '/openclaw' });
  await once(server, 'listening');
  server.on('connection', (near) => {
    const far = new WebSocket(relayUrl, subprotocol);
    const early: string[] = [];
    near.on('message', (data) => {
      const text = String(data);
      const frame = JSON.parse(text) as AgentToRelay;
      frames.push(frame);
      if (onFrame(frame) === 'lose') return;
      if (far.readyState === WebSocket.OPEN) far.send(text);
      else early.push(text);
    });
    far.on('open', () => {
      for (const text of early) far.send(text);
    });
    far.on('message', (data) => near.send(String(data)));
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      socket.on('error', () => other.terminate());
      socket.on('close', () => other.terminate());
    }
  });
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/openclaw`,
    frames,
    listen(listener) {
      onFrame = listener;
    },
    async close() {
      for (const socket of server.clients) socket.terminate();
      server.close();
      await once(server, 'close');
    },
  };
}
