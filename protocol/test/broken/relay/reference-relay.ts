import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Hello } from '../../../src/generated/frames.ts';
import { mintId } from '../../../src/id.ts';
import { limits } from '../../../src/limits.ts';
import { parseAgentToRelay, parseClientToRelay } from '../../../src/relay.ts';
import { subprotocol } from '../../../src/versions.ts';
import { agentFrame } from './agent-frames.ts';
import { attach, clientFrame } from './client-frames.ts';
import { createFileServer, files } from './files.ts';
import { quick, type ReferenceRelayOptions, type TokenHolder } from './options.ts';
import { createPeer, type Peer } from './peer.ts';
import { Rooms } from './rooms.ts';

export interface ReferenceRelay {
  readonly url: string;
  readonly agentUrl: string;
  /** Announces the end, and ends. */
  stop(): void;
  close(): Promise<void>;
}

/** A small relay that does everything right, but for the defects that it is given. */
export async function startReferenceRelay(
  given: Pick<ReferenceRelayOptions, 'has'> & Partial<ReferenceRelayOptions>,
): Promise<ReferenceRelay> {
  const options = { ...quick, ...given };
  const { has, tokens } = options;
  const rooms = new Rooms(options);
  const peers = new Set<Peer>();
  const http = createServer(createFileServer(rooms, options));
  const server = new WebSocketServer({
    server: http,
    maxPayload: 4 * limits.frameBytes,
    skipUTF8Validation: has('R-FRAME-9'),
    handleProtocols: () => (has('R-HELLO-10') ? false : subprotocol),
    verifyClient: ({ origin }: { origin?: string }, answer: (ok: boolean, code?: number) => void) =>
      answer(origin === undefined || has('R-ORIGIN-1'), 403),
  });

  server.on('connection', (socket: WebSocket, request: IncomingMessage) => {
    const role = request.url === '/openclaw' ? 'agent' : 'client';
    const peer = createPeer(socket, role, options);
    peers.add(peer);
    const deadline = setTimeout(() => peer.close(4502), has('R-HELLO-4') ? 1e6 : options.helloMs);
    const pulse = setInterval(() => beat(peer), options.intervalMs / 8);
    let expiry: NodeJS.Timeout | undefined;
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(deadline);
      clearTimeout(expiry);
      clearInterval(pulse);
      peers.delete(peer);
      rooms.leave(peer);
    });
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      peer.heardAt = Date.now();
      const frame = read(peer, data, isBinary);
      if (frame === undefined) return;
      if (peer.hello === undefined) return greet(peer, frame);
      handle(peer, frame);
    });

    function greet(current: Peer, frame: { readonly type: string }): void {
      if (frame.type !== 'hello') {
        if (has('R-HELLO-3')) return;
        current.refuse('unexpected');
        return current.close(4400);
      }
      clearTimeout(deadline);
      const holder = welcome(current, frame as Hello);
      if (holder?.expiresAt === undefined || has('R-AUTH-3')) return;
      expiry = setTimeout(() => current.close(4401), holder.expiresAt - Date.now());
    }
  });

  function beat(peer: Peer): void {
    if (peer.hello === undefined) return;
    const now = Date.now();
    if (now - peer.heardAt > options.intervalMs + options.graceMs && !has('R-HEART-3'))
      return peer.close(4501);
    const isDoubted = now - Math.max(peer.heardAt, peer.pingedAt) > options.intervalMs / 2;
    if ((isDoubted || now - peer.spokenAt > options.intervalMs / 2) && !has('R-HEART-1')) ping(peer);
  }

  function ping(peer: Peer): void {
    peer.pingedAt = Date.now();
    peer.send({ type: 'ping', id: has('R-FRAME-10') ? 'no id!' : mintId() });
  }

  function read(peer: Peer, data: Buffer, isBinary: boolean): { readonly type: string } | undefined {
    if (isBinary) return has('R-FRAME-8') ? undefined : void peer.refuse('malformed');
    if (data.length > limits.frameBytes && !has('R-FRAME-6')) {
      return void peer.refuse('too_large', { details: { limit: limits.frameBytes } });
    }
    const text = String(data);
    if (has('R-FRAME-3') && text.includes(':null')) return void peer.refuse('invalid');
    const parsed = peer.role === 'agent' ? parseAgentToRelay(text) : parseClientToRelay(text);
    switch (parsed.status) {
      case 'frame':
        return parsed.frame;
      case 'unknown':
        return has('R-FRAME-2') ? void peer.close(4400) : undefined;
      case 'fault': {
        const { code, message: _, ...more } = parsed.fault;
        if (code === 'malformed' && has('R-FRAME-4')) return void peer.close(4400);
        if (code === 'too_deep' && has('R-FRAME-7')) return void peer.refuse('invalid');
        return void peer.refuse(code, code === 'invalid' && has('R-FRAME-5') ? {} : more);
      }
    }
  }

  function welcome(peer: Peer, hello: Hello): TokenHolder | undefined {
    const refuse = (code: Parameters<Peer['refuse']>[0], close: number): undefined => {
      peer.refuse(code);
      return void peer.close(close);
    };
    const guest = {
      role: hello.role,
      source: peer.role === 'agent' ? 'default' : (hello.source ?? mintId()),
    };
    const holder = tokens === undefined || has('R-HELLO-7') ? guest : tokens.get(hello.token ?? '');
    if (!hello.versions.includes(1) && !has('R-HELLO-6')) return refuse('unsupported_version', 4406);
    if (hello.role !== peer.role && !has('R-HELLO-8')) return refuse('forbidden', 4403);
    if (holder === undefined || holder.role !== hello.role) return refuse('unauthenticated', 4401);
    peer.hello = hello;
    peer.source = holder.source;
    const { intervalMs, graceMs } = options;
    peer.send({
      type: 'welcome',
      version: has('R-HELLO-2') ? 2 : 1,
      session: mintId(),
      identity: { source: peer.source },
      heartbeat: { intervalMs, graceMs },
      limits: { frameBytes: limits.frameBytes, contentLength: limits.contentLength },
      capabilities: ['stream', 'signal', 'receipt', 'progress', 'commands'],
      ...(options.keepsFiles && { files }),
      ...('expiresAt' in holder && { tokenExpiresAt: holder.expiresAt }),
    });
    if (peer.role === 'agent') rooms.become(peer);
    else if (hello.attach !== undefined) for (const cursor of hello.attach) attach(rooms, peer, cursor);
    else if (!has('R-ATTACH-1')) attach(rooms, peer, { conversation: peer.source });
    return holder;
  }

  function handle(
    peer: Peer,
    frame: { readonly type: string; readonly id?: string; readonly token?: string },
  ): void {
    switch (frame.type) {
      case 'hello':
        return has('R-HELLO-5') ? void welcome(peer, frame as Hello) : peer.refuse('unexpected');
      case 'ping':
        return peer.send({
          type: 'pong',
          ...(frame.id !== undefined && !has('R-HEART-2') && { id: frame.id }),
        });
      case 'auth': {
        if (has('R-AUTH-1')) return;
        if (tokens?.get(frame.token ?? '')?.source === peer.source) return peer.send({ type: 'auth' });
        peer.refuse('unauthenticated');
        return has('R-AUTH-2') ? peer.close(4401) : undefined;
      }
      default:
        return peer.role === 'agent'
          ? agentFrame(rooms, peer, frame as Parameters<typeof agentFrame>[2])
          : clientFrame(rooms, peer, frame as Parameters<typeof clientFrame>[2]);
    }
  }

  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const url = `ws://127.0.0.1:${(http.address() as AddressInfo).port}`;
  return {
    url,
    agentUrl: `${url}/openclaw`,
    stop() {
      for (const peer of peers) {
        if (has('R-CLOSE-3')) peer.socket.close(1001);
        else {
          peer.send({ type: 'bye', reason: 'drain', reconnectAfterMs: 100 });
          if (has('R-CLOSE-7')) peer.send({ type: 'ping' });
          peer.close(4503);
        }
      }
    },
    async close() {
      for (const { socket } of peers) socket.terminate();
      server.close();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}
