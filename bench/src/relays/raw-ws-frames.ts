/**
 * The pass-through on `ws` with as many frames as ours has for a round trip: an echo of each event, an acknowledgement of
 * each event and of each final reply, and a `received` that goes no further. It reads, checks and keeps as little.
 */
import { type WebSocket, WebSocketServer } from 'ws';
import { announce } from './announce.ts';

const prefix = '{"conversation":"'.length;
/** Where `received` and `reply`, `final` and `delta` differ. */
const type = prefix + '00000000","type":"re'.length;
const kind = type + 'ply","kind":"'.length;
const ack = Buffer.from(
  '{"conversation":"00000000","type":"ack","id":"019a1b2c-3d4e-7f80-9123-456789abcdef","epoch":"0123456789ab","seq":1234,"status":"accepted"}',
);
const text = { binary: false };
const clients = new Map<string, WebSocket>();
let agent: WebSocket | undefined;

const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
server.on('connection', (socket, request) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://relay');
  if (pathname === '/agent') {
    agent = socket;
    socket.on('message', (data: Buffer) => {
      if (data[type] === 0x63) return;
      clients.get(data.toString('latin1', prefix, prefix + 8))?.send(data, text);
      if (data[kind] === 0x66) socket.send(ack, text);
    });
  } else {
    const conversation = searchParams.get('conversation') as string;
    clients.set(conversation, socket);
    socket.on('message', (data: Buffer) => {
      agent?.send(data, text);
      socket.send(data, text);
      socket.send(ack, text);
    });
    socket.on('close', () => clients.delete(conversation));
  }
});
announce(server);
