/** The floor: a pass-through on `ws` that reads nothing but the conversation's eight digits. */
import { type WebSocket, WebSocketServer } from 'ws';
import { announce } from './announce.ts';

const prefix = '{"conversation":"'.length;
const clients = new Map<string, WebSocket>();
let agent: WebSocket | undefined;

const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
server.on('connection', (socket, request) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://relay');
  if (pathname === '/agent') {
    agent = socket;
    socket.on('message', (data: Buffer) => {
      clients.get(data.toString('latin1', prefix, prefix + 8))?.send(data, { binary: false });
    });
  } else {
    const conversation = searchParams.get('conversation') as string;
    clients.set(conversation, socket);
    socket.on('message', (data: Buffer) => agent?.send(data, { binary: false }));
    socket.on('close', () => clients.delete(conversation));
  }
});
announce(server);
