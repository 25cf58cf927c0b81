import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { mintId } from '../../../src/id.ts';
import { parseAgentToRelay, parseClientToRelay } from '../../../src/relay.ts';
import { subprotocol } from '../../../src/versions.ts';

type Frame = { readonly type: string } & Record<string, unknown>;

interface Client {
  readonly socket: WebSocket;
  readonly source: string;
  readonly capabilities: readonly string[];
}

/** The least that a relay has to be: nothing is stored, numbered or acknowledged. */
export async function startCoreRelay(): Promise<{ url: string; agentUrl: string; close(): Promise<void> }> {
  const clients = new Set<Client>();
  let agent: WebSocket | undefined;
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => subprotocol });
  const send = (socket: WebSocket | undefined, frame: Frame) => socket?.send(JSON.stringify(frame));

  function welcome(socket: WebSocket, source: string): void {
    send(socket, {
      type: 'welcome',
      version: 1,
      session: mintId(),
      identity: { source },
      heartbeat: { intervalMs: 500, graceMs: 5000 },
      limits: { frameBytes: 1_048_576, contentLength: 262_144 },
      capabilities: ['stream'],
    });
  }

  function fromClient({ source }: Client, frame: Frame): void {
    if (frame.type === 'event' || frame.type === 'cancel') {
      send(agent, { ...frame, source, conversation: source });
    }
  }

  function fromAgent(frame: Frame): void {
    if (frame.type !== 'reply' && frame.type !== 'turn') return;
    for (const { socket, source, capabilities } of clients) {
      if (source !== frame.conversation) continue;
      if (frame.kind !== 'delta' || capabilities.includes('stream')) send(socket, frame);
    }
  }

  server.on('connection', (socket, { url }) => {
    const isAgent = url === '/openclaw';
    let client: Client | undefined;
    let greeted = false;
    const pulse = setInterval(() => greeted && send(socket, { type: 'ping', id: mintId() }), 300);
    socket.on('close', () => {
      clearInterval(pulse);
      if (client !== undefined) clients.delete(client);
    });
    socket.on('message', (data) => {
      const parsed = (isAgent ? parseAgentToRelay : parseClientToRelay)(String(data));
      if (parsed.status === 'unknown') return;
      if (parsed.status === 'fault')
        return send(socket, { type: 'error', retryable: false, ...parsed.fault });
      const frame = parsed.frame as unknown as Frame;
      if (frame.type === 'ping') {
        return send(socket, { type: 'pong', ...(frame.id !== undefined && { id: frame.id }) });
      }
      if (frame.type !== 'hello') return client === undefined ? fromAgent(frame) : fromClient(client, frame);
      greeted = true;
      if (isAgent) {
        agent = socket;
        return welcome(socket, 'default');
      }
      const source = String(frame.source);
      client = { socket, source, capabilities: (frame.capabilities as string[] | undefined) ?? [] };
      clients.add(client);
      welcome(socket, source);
      const presence = { source: 'default', online: agent !== undefined };
      const attached = {
        type: 'attached',
        conversation: source,
        epoch: 'none',
        seq: 0,
        recovered: 'complete',
      };
      send(socket, { ...attached, agent: presence });
    });
  });
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    agentUrl: `${url}/openclaw`,
    async close() {
      for (const socket of server.clients) socket.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
