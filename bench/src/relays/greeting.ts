/** The floor of a reconnect: a bare `ws` server that says one thing to whoever comes. */
import { WebSocketServer } from 'ws';
import { announce } from './announce.ts';

const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
server.on('connection', (socket) => socket.send('welcome'));
announce(server);
