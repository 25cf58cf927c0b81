/** One piece of a WebSocket connection: the handshake, or a frame. */
export interface Piece {
  /** As it crossed the socket. */
  readonly bytes: Buffer;
  /** Of an unfragmented text message. */
  readonly text: string | undefined;
}

const endOfHandshake = Buffer.from('\r\n\r\n');
const textMessage = 0x81;

/** Cuts one direction of a connection into its handshake and its frames. Incomplete ones wait for their rest. */
export function createSplitter(): (chunk: Buffer) => Piece[] {
  let rest: Buffer = Buffer.alloc(0);
  let greeted = false;
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const pieces: Piece[] = [];
    for (;;) {
      const size = greeted ? frameSize(rest) : handshakeSize(rest);
      if (size === undefined || size > rest.length) return pieces;
      const bytes = rest.subarray(0, size);
      rest = rest.subarray(size);
      pieces.push({ bytes, text: greeted && bytes[0] === textMessage ? textOf(bytes) : undefined });
      greeted = true;
    }
  };
}

function handshakeSize(bytes: Buffer): number | undefined {
  const end = bytes.indexOf(endOfHandshake);
  return end === -1 ? undefined : end + endOfHandshake.length;
}

function frameSize(bytes: Buffer): number | undefined {
  const header = headerOf(bytes);
  return header && header.start + header.length;
}

interface Header {
  /** Where the payload starts. */
  readonly start: number;
  readonly length: number;
  readonly masked: boolean;
}

function headerOf(bytes: Buffer): Header | undefined {
  if (bytes.length < 2) return undefined;
  const short = bytes[1]! & 0x7f;
  const masked = (bytes[1]! & 0x80) !== 0;
  const extra = short === 127 ? 8 : short === 126 ? 2 : 0;
  if (bytes.length < 2 + extra) return undefined;
  const length = extra === 8 ? Number(bytes.readBigUInt64BE(2)) : extra === 2 ? bytes.readUInt16BE(2) : short;
  return { start: 2 + extra + (masked ? 4 : 0), length, masked };
}

function textOf(bytes: Buffer): string {
  const { start, masked } = headerOf(bytes)!;
  const payload = Buffer.from(bytes.subarray(start));
  if (masked) {
    const mask = bytes.subarray(start - 4, start);
    for (let index = 0; index < payload.length; index++) payload[index]! ^= mask[index % 4]!;
  }
  return payload.toString('utf8');
}
