import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { openRawSocket, type RawSocket, readFrames } from '../src/raw-socket.ts';

let server: WebSocketServer;
let socket: RawSocket;

afterEach(async () => {
  socket.close();
  await new Promise((resolve) => server.close(resolve));
});

/** A server that says hello at once and then sends back whatever comes. */
async function openEcho(onText: (text: string) => void): Promise<WebSocket> {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const connection = once(server, 'connection') as Promise<[WebSocket]>;
  server.on('connection', (peer) => {
    peer.send('hello');
    peer.on('message', (data) => peer.send(String(data)));
  });
  socket = await openRawSocket((server.address() as AddressInfo).port, '/', undefined, onText);
  return (await connection)[0];
}

test.each([0, 125, 126, 65_535, 65_536, 300_000])(
  'carries a text of %d bytes both ways unchanged',
  async (size) => {
    const texts: string[] = [];
    const text = '你好 '
      .repeat(size)
      .slice(0, Math.floor(size / 7))
      .padEnd(size, 'x');
    const echoed = Promise.withResolvers<void>();
    await openEcho((came) => {
      texts.push(came);
      if (texts.length === 3) echoed.resolve();
    });
    socket.send(text);
    socket.send('and another');
    await echoed.promise;
    expect(texts).toEqual(['hello', text, 'and another']);
  },
);

test('answers a ping of the server', async () => {
  const peer = await openEcho(() => {});
  peer.ping('still there?');
  const [payload] = await once(peer, 'pong');
  expect(String(payload)).toBe('still there?');
});

test('finds the same frames however the bytes were cut', () => {
  const bytes = Buffer.concat([
    Buffer.from([0x81, 2]),
    Buffer.from('ab'),
    Buffer.from([0x81, 126, 0, 126]),
    Buffer.alloc(126, 'c'),
  ]);
  for (let cut = 0; cut <= bytes.length; cut++) {
    const found: string[] = [];
    const onFrame = (_opcode: number, payload: Buffer) => found.push(payload.toString());
    const rest = readFrames(bytes.subarray(0, cut), onFrame);
    expect(readFrames(Buffer.concat([rest, bytes.subarray(cut)]), onFrame)).toHaveLength(0);
    expect(found).toEqual(['ab', 'c'.repeat(126)]);
  }
});
