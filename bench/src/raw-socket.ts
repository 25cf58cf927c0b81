import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A WebSocket client on a bare TCP socket: the generator shares two cores with the relays it measures. */
export interface RawSocket {
  send(text: string): void;
  /** Resolves once both sides are done. */
  close(): Promise<void>;
}

/** The masking key: a constant, but not zero, which `ws` would not spend time on. */
const mask = Buffer.from([0x5a, 0xa5, 0x3c, 0xc3]);

const opcodes = { text: 1, close: 8, ping: 9, pong: 10 } as const;

/**
 * Opens a WebSocket on the loopback interface.
 *
 * @param protocol The subprotocol offered, if any.
 * @param onText Is called with each text message; what it throws ends the process.
 */
export async function openRawSocket(
  port: number,
  path: string,
  protocol: string | undefined,
  onText: (text: string) => void,
): Promise<RawSocket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  socket.write(
    [
      `GET ${path} HTTP/1.1`,
      `Host: 127.0.0.1:${port}`,
      'Upgrade: websocket',
      'Connection: Upgrade',
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
      'Sec-WebSocket-Version: 13',
      ...(protocol === undefined ? [] : [`Sec-WebSocket-Protocol: ${protocol}`]),
      '\r\n',
    ].join('\r\n'),
  );
  let rest = await upgraded(socket);
  let closing = false;
  const closed = Promise.withResolvers<void>();
  socket.on('close', () => {
    closed.resolve();
    if (!closing) throw new Error(`The relay on port ${port} closed a connection`);
  });

  const write = (opcode: number, payload: Buffer) => {
    if (socket.writableCorked === 0) {
      socket.cork();
      setImmediate(() => socket.uncork());
    }
    socket.write(maskedFrame(opcode, payload));
  };
  const read = (chunk: Buffer) => {
    rest = readFrames(rest.length === 0 ? chunk : Buffer.concat([rest, chunk]), (opcode, payload) => {
      if (opcode === opcodes.text) onText(payload.toString());
      else if (opcode === opcodes.ping) write(opcodes.pong, payload);
      else if (opcode !== opcodes.pong && !closing) {
        throw new Error(
          `The relay on port ${port} sent a frame with opcode ${opcode}: ${payload.subarray(2)}`,
        );
      }
    });
  };
  socket.on('data', read);
  const early = rest;
  rest = Buffer.alloc(0);
  // After the caller has the socket in hand.
  setImmediate(() => read(early));

  return {
    send: (text) => write(opcodes.text, Buffer.from(text)),
    close() {
      if (!closing) socket.end(maskedFrame(opcodes.close, Buffer.from([0x03, 0xe8])));
      closing = true;
      return closed.promise;
    },
  };
}

/** Waits for the end of the HTTP answer; resolves with the bytes that came after it. */
function upgraded(socket: Socket): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let head = Buffer.alloc(0);
    const onData = (chunk: Buffer) => {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end === -1) return;
      socket.off('data', onData);
      const status = head.toString('latin1').split('\r\n')[0] as string;
      if (status.includes(' 101 ')) resolve(head.subarray(end + 4));
      else reject(new Error(`The relay refused the connection: ${status}`));
    };
    socket.on('data', onData);
    socket.once('error', reject);
  });
}

/** Writes one masked frame, as a client must. */
export function maskedFrame(opcode: number, payload: Buffer): Buffer {
  const { length } = payload;
  const header = length < 126 ? 6 : length < 65_536 ? 8 : 14;
  const frame = Buffer.allocUnsafe(header + length);
  frame[0] = 0x80 | opcode;
  if (length < 126) frame[1] = 0x80 | length;
  else if (length < 65_536) {
    frame[1] = 0x80 | 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 0x80 | 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  mask.copy(frame, header - 4);
  for (let i = 0; i < length; i++) frame[header + i] = (payload[i] as number) ^ (mask[i & 3] as number);
  return frame;
}

/** Hands over every complete, unfragmented server frame; answers with the bytes of the incomplete one at the end. */
export function readFrames(bytes: Buffer, onFrame: (opcode: number, payload: Buffer) => void): Buffer {
  let at = 0;
  while (bytes.length - at >= 2) {
    const short = (bytes[at + 1] as number) & 0x7f;
    const header = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (bytes.length - at < header) break;
    const length =
      short < 126
        ? short
        : short === 126
          ? bytes.readUInt16BE(at + 2)
          : Number(bytes.readBigUInt64BE(at + 2));
    if (bytes.length - at < header + length) break;
    onFrame((bytes[at] as number) & 0x0f, bytes.subarray(at + header, at + header + length));
    at += header + length;
  }
  return bytes.subarray(at);
}
