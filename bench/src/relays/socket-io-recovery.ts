/** A relay on Socket.IO with its connection state recovery: who comes back within two minutes gets what it missed. */
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { announce } from './announce.ts';

const http = createServer();
const io = new Server(http, {
  transports: ['websocket'],
  connectionStateRecovery: { maxDisconnectionDuration: 120_000, skipMiddlewares: true },
});
io.on('connection', (socket) => {
  const { role, conversation } = socket.handshake.auth as Record<string, string>;
  if (role === 'agent') {
    socket.on('reply', (reply) => io.to(reply.conversation).emit('reply', reply));
    socket.on('settle', () => socket.emit('settled', {}));
  } else if (!socket.recovered) socket.join(conversation as string);
});
http.listen(0, '127.0.0.1');
announce(http);
