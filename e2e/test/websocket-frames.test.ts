import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { startFaultProxy } from '../src/faults/fault-proxy.ts';
import { createSplitter } from '../src/faults/websocket-frames.ts';

const handshake = Buffer.from('GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n');

/** A text message as a client writes it: masked, with each of the three ways to tell its length. */
function masked(text: string): Buffer {
  const payload = Buffer.from(text);
  const { length } = payload;
  const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
  head[0] = 0x81;
  if (length < 126) head[1] = 0x80 | length;
  else if (length < 65_536) {
    head[1] = 0x80 | 126;
    head.writeUInt16BE(length, 2);
  } else {
    head[1] = 0x80 | 127;
    head.writeBigUInt64BE(BigInt(length), 2);
  }
  const mask = Buffer.from([1, 2, 3, 4]);
  return Buffer.concat([head, mask, payload.map((byte, index) => byte ^ mask[index % 4]!)]);
}

describe('the splitter', () => {
  it.each([1, 3, 1000, 1_000_000])('finds frames in chunks of %i bytes', (size) => {
    const texts = ['', 'a', 'ä'.repeat(62), 'x'.repeat(125), 'x'.repeat(126)];
    if (size >= 1000) texts.push('x'.repeat(65_536));
    const bytes = Buffer.concat([handshake, ...texts.map(masked)]);
    const split = createSplitter();
    const pieces = [];
    for (let at = 0; at < bytes.length; at += size) pieces.push(...split(bytes.subarray(at, at + size)));
    expect(pieces[0]).toEqual({ bytes: handshake, text: undefined });
    expect(pieces.slice(1).map(({ text }) => text)).toEqual(texts);
    expect(Buffer.concat(pieces.map((piece) => piece.bytes))).toEqual(bytes);
  });
});

describe('the proxy', () => {
  it('shows frames of both directions, doubles them, and cuts a connection in the middle of one', async () => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    server.on('connection', (socket) => socket.on('message', (data) => socket.send(`echo ${data}`)));
    await once(server, 'listening');
    const seen: string[] = [];
    const proxy = await startFaultProxy((server.address() as AddressInfo).port, (_, direction, text) => {
      seen.push(`${direction} ${text}`);
    });
    const client = new WebSocket(`ws://127.0.0.1:${proxy.port}`);
    try {
      await once(client, 'open');
      client.send('one');
      expect(String((await once(client, 'message'))[0])).toBe('echo one');
      expect(seen).toEqual(['to-relay one', 'from-relay echo one']);

      const echoes: string[] = [];
      client.on('message', (data) => echoes.push(String(data)));
      proxy.connections[0]!.duplicate(1);
      client.send('two');
      await expect.poll(() => echoes).toEqual(['echo two', 'echo two']);

      proxy.connections[0]!.cutNextFrame();
      client.on('error', () => {});
      client.send('three');
      const [code] = await once(client, 'close');
      expect(code).toBe(1006);
      expect(echoes).toHaveLength(2);
      await expect.poll(() => proxy.connections).toEqual([]);
    } finally {
      client.terminate();
      server.close();
      await proxy.close();
    }
  });

  it('ends one direction and goes on with the other', async () => {
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n');
      socket.resume().once('end', () => socket.end(Buffer.from([0x81, 2, 0x68, 0x69])));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const seen: string[] = [];
    const proxy = await startFaultProxy((server.address() as AddressInfo).port, (_, direction, text) => {
      seen.push(`${direction} ${text}`);
    });
    const client = connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true });
    try {
      await once(client, 'data');
      proxy.connections[0]!.halfClose('to-relay');
      await once(client, 'end');
      expect(seen).toEqual(['from-relay hi']);
    } finally {
      client.destroy();
      server.close();
      await proxy.close();
    }
  });
});
