/** Bytes that a text takes as one unmasked, unfragmented WebSocket frame (RFC 6455, 5.2). @param length Its UTF-8 bytes. */
export const frameSize = (length: number): number => headerSize(length) + length;

/**
 * Writes a text as one WebSocket frame into a buffer.
 *
 * @param length Its UTF-8 bytes.
 * @param at Where the frame begins.
 */
export function writeFrame(target: Buffer, at: number, text: string, length: number): void {
  const header = headerSize(length);
  target[at] = 0x81;
  if (header === 2) target[at + 1] = length;
  else if (header === 4) {
    target[at + 1] = 126;
    target[at + 2] = length >> 8;
    target[at + 3] = length & 0xff;
  } else {
    target[at + 1] = 127;
    target.writeUInt32BE(0, at + 2);
    target.writeUInt32BE(length, at + 6);
  }
  // As many bytes as characters: all of it is ASCII, which needs no encoder.
  target.write(text, at + header, length, length === text.length ? 'latin1' : 'utf8');
}

const headerSize = (length: number): number => (length < 126 ? 2 : length < 65_536 ? 4 : 10);
