import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';
import { openSocket } from '../src/open-socket.ts';

/** Connects to a relay that says nothing; whether its socket answers pings is all that differs. */
async function connect(autoPong: boolean) {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, autoPong });
  await once(server, 'listening');
  const socket = openSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`, [], 200);
  const closed = Promise.withResolvers<number>();
  socket.onclose = ({ code }) => closed.resolve(code);
  const [accepted] = await once(server, 'connection');
  onTestFinished(async () => {
    for (const client of server.clients) client.terminate();
    server.close();
    await once(server, 'close');
  });
  let pings = 0;
  accepted.on('ping', () => {
    pings += 1;
  });
  return { socket, closed: closed.promise, pings: () => pings };
}

it('ends a connection at whose other end nothing lives', async () => {
  expect(await (await connect(false)).closed).toBe(1006);
});

it('leaves one alone at whose other end nothing is said', async () => {
  const { socket, pings } = await connect(true);
  await expect.poll(pings).toBeGreaterThan(1);
  expect(socket.readyState).toBe(1);
});
