import { crc32 } from 'node:zlib';
import { Contradiction } from './contradiction.ts';

/** SQLite notices damage to its own structures only; what it stores for us carries a checksum at its end. */
const checksumBytes = 4;

/** Writes a text as bytes with their checksum. */
export function sealText(text: string): Uint8Array {
  const length = Buffer.byteLength(text);
  const bytes = Buffer.allocUnsafe(length + checksumBytes);
  bytes.write(text);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, length)), length);
  return bytes;
}

/** Reads a text. @throws {Contradiction} If it is not as it was written. */
export const unsealText = (bytes: Uint8Array): string => content(bytes).toString();

/** Writes numbers of 32 bits as bytes with their checksum. */
export function sealNumbers(numbers: readonly number[]): Uint8Array {
  const length = 4 * numbers.length;
  const bytes = Buffer.allocUnsafe(length + checksumBytes);
  for (const [i, number] of numbers.entries()) bytes.writeUInt32BE(number, 4 * i);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, length)), length);
  return bytes;
}

/** Reads numbers. @throws {Contradiction} If they are not as they were written. */
export function unsealNumbers(bytes: Uint8Array): number[] {
  const numbers = content(bytes);
  return Array.from({ length: numbers.length / 4 }, (_, i) => numbers.readUInt32BE(4 * i));
}

function content(bytes: Uint8Array): Buffer {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = buffer.length - checksumBytes;
  if (length < 0 || buffer.readUInt32BE(length) !== crc32(buffer.subarray(0, length))) {
    throw new Contradiction('a checksum does not fit');
  }
  return buffer.subarray(0, length);
}

/** A checksum of fields. */
export const checksum = (fields: readonly (string | number)[]): number => crc32(fields.join('\u001e'));

/** Takes the checksum off a row that is all it covers. @throws {Contradiction} If the row is not as it was written. */
export function checked<Row extends object>(row: Row & { readonly sum: number }): Row {
  const { sum, ...fields } = row;
  if (checksum(Object.values(fields)) !== sum) throw new Contradiction('the checksum of a row does not fit');
  return fields as unknown as Row;
}
