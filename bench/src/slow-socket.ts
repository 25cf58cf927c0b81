import { once } from 'node:events';
import { connect } from 'node:net';
import { subprotocol } from '@websocket-channel/protocol';
import { maskedFrame } from './raw-socket.ts';

/** A client that has attached and then takes one byte a second. */
export interface SlowSocket {
  close(): void;
}

/** Opens the client of a participant. Resolves once it has attached. */
export async function openSlowSocket(port: number, source: string): Promise<SlowSocket> {
  const attached = Promise.withResolvers<void>();
  const plenty = Buffer.alloc(65_536);
  const little = Buffer.alloc(1);
  let head = '';
  let isSlow = false;
  const socket = connect({
    port,
    host: '127.0.0.1',
    onread: {
      buffer: () => (isSlow ? little : plenty),
      callback(length, bytes) {
        if (isSlow) return false;
        head += Buffer.from(bytes.buffer, bytes.byteOffset, length).toString('latin1');
        isSlow = head.includes('"attached"');
        if (isSlow) attached.resolve();
        return !isSlow;
      },
    },
  });
  // The relay gives it up while it still has to read.
  socket.on('error', () => socket.destroy());
  await once(socket, 'connect');
  const headers = [
    'GET / HTTP/1.1',
    `Host: 127.0.0.1:${port}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Protocol: ${subprotocol}`,
  ];
  socket.write(`${headers.join('\r\n')}\r\n\r\n`);
  const hello = JSON.stringify({ type: 'hello', role: 'client', versions: [1], source });
  socket.write(maskedFrame(1, Buffer.from(hello)));
  await attached.promise;
  const reading = setInterval(() => socket.resume(), 1000);
  return {
    close() {
      clearInterval(reading);
      socket.destroy();
    },
  };
}
