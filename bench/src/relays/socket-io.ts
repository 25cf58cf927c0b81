/** The rival: a relay as one writes it with Socket.IO, a room for each conversation. */
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { announce } from './announce.ts';

const http = createServer();
const io = new Server(http, { transports: ['websocket'] });
io.on('connection', (socket) => {
  const { role, conversation } = socket.handshake.auth as Record<string, string>;
  if (role === 'agent') {
    socket.join('agent');
    socket.on('reply', (reply) => io.to(reply.conversation).emit('reply', reply));
  } else {
    socket.join(conversation as string);
    socket.on('event', (event) =>
      io.to('agent').emit('event', { ...event, conversation, source: conversation }),
    );
  }
});
http.listen(0, '127.0.0.1');
announce(http);
