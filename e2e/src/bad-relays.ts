import { once } from 'node:events';
import { createServer as createHttp } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { encode, type RelayToAgent, subprotocol } from '@websocket-channel/protocol';
import { type WebSocket, WebSocketServer } from 'ws';

/** Relays that no agent should suffer from. */
export interface BadRelays {
  /** The agent address of each. */
  readonly urls: Readonly<Record<BadRelay, string>>;
  close(): Promise<void>;
}

/** What is wrong with a relay. */
export type BadRelay =
  | 'refuses'
  | 'no-websocket'
  | 'nonsense'
  | 'stalls'
  | 'closes'
  | 'floods'
  | 'bad-certificate'
  | 'unreachable';

/** Starts them all on loopback. */
export async function startBadRelays(): Promise<BadRelays> {
  const servers: Server[] = [];
  const listen = async (server: Server, scheme = 'ws'): Promise<string> => {
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}/openclaw`;
  };
  const relay = (onConnection: (socket: WebSocket) => void): Server => {
    const server = createHttp();
    new WebSocketServer({ server, handleProtocols: () => subprotocol }).on('connection', (socket) => {
      socket.on('error', () => {});
      onConnection(socket);
    });
    return server;
  };
  const urls: Record<BadRelay, string> = {
    refuses: await listen(relay((socket) => socket.close(4403, 'not\nyou'))),
    'no-websocket': await listen(createHttp((_, response) => response.writeHead(404).end('nothing here'))),
    nonsense: await listen(
      relay((socket) => {
        for (const text of ['', '{', '[]', '{"type":"__proto__"}', '{"type":"welcome"}', '\u0000'])
          socket.send(text);
        socket.send(Buffer.alloc(100));
      }),
    ),
    stalls: await listen(relay(() => {})),
    closes: await listen(relay((socket) => socket.close(4500, 'on fire'))),
    floods: await listen(relay(flood)),
    'bad-certificate': await listen(createHttps({ key: privateKey, cert: certificate }), 'wss'),
    unreachable: 'ws://127.0.0.1:1/openclaw',
  };
  return {
    urls,
    async close() {
      for (const server of servers) {
        server.close();
        (server as ReturnType<typeof createHttp>).closeAllConnections?.();
      }
    },
  };
}

/** Welcomes, and then sends frames that are of no use without end, as fast as they are read. */
function flood(socket: WebSocket): void {
  const send = (frame: RelayToAgent): void => socket.send(encode(frame));
  const more = (): void => {
    if (socket.readyState !== socket.OPEN) return;
    for (let i = 0; i < 200; i += 1) {
      socket.send(`{"type":"of-no-use","filling":"${'x'.repeat(1000)}"}`);
    }
    setTimeout(more, 20);
  };
  socket.once('message', () => {
    send({
      type: 'welcome',
      version: 1,
      session: 'se1',
      identity: { source: 'default' },
      heartbeat: { intervalMs: 15_000, graceMs: 10_000 },
      limits: { frameBytes: 1_048_576, contentLength: 262_144 },
    });
    more();
  });
}

/** For `localhost`, signed by itself, worth nothing. */
const certificate = `-----BEGIN CERTIFICATE-----
MIIBfzCCASWgAwIBAgIUY9On6HcSG/ijCReZ1/v+HxdXkrcwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMjIxMzAxOFoYDzIxMjYxMDI5
MjEzMDE4WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQdmJcQPBV8LpIDErqFy2lBXxaQNx7AoKqJDoNHxqgyp5mxB+sYx06+
56DyJCpD4OCvaDui93xf+tzZbAnS4kWpo1MwUTAdBgNVHQ4EFgQUYPHheRiP9XGt
Nm8J5YLWpaAaUKkwHwYDVR0jBBgwFoAUYPHheRiP9XGtNm8J5YLWpaAaUKkwDwYD
VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiBJIP61s4UhdVPAhghqWPKJ
8BVsJhTPa74ugJc3HEtG+gIhAP6TnQGQ87XTS5nC1Z6cxDCm/khpJymhwUsuZGhP
scNF
-----END CERTIFICATE-----
`;
const privateKey = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgxj1s0qdAYVTcXvsY
aBD3ossTlDOBV4+qL9z1zA216+OhRANCAAQdmJcQPBV8LpIDErqFy2lBXxaQNx7A
oKqJDoNHxqgyp5mxB+sYx06+56DyJCpD4OCvaDui93xf+tzZbAnS4kWp
-----END PRIVATE KEY-----
`;
