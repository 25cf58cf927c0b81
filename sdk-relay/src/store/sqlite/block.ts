import { hashOf } from '../frame-index.ts';
import type { Append } from '../store.ts';
import { Contradiction } from './contradiction.ts';

/** A durable frame as it is written. */
export interface Frame {
  readonly seq: number;
  readonly type: Append['type'];
  readonly id: string;
  readonly body: string;
}

/** A frame with when it was stored, in milliseconds, and the UTF-16 units of its text. */
export interface SizedFrame extends Frame {
  readonly at: number;
  readonly size: number;
}

/** Consecutive frames of one conversation that are to be written. */
export interface NewBlock {
  readonly frames: readonly Frame[];
  readonly hashes: readonly number[];
  readonly size: number;
  /** When its newest frame was stored. */
  readonly at: number;
}

/** Stands between fields: no JSON text, name or id can hold it. */
const separator = '\u001e';

/** Writes fields as one text. */
export const joined = (fields: readonly string[]): string => fields.join(separator);

/** Reads fields that were written as one text. @throws {Contradiction} If it does not hold that many. */
export function split(text: string, count: number): string[] {
  const fields = text === '' ? [] : text.split(separator);
  if (fields.length !== count) throw new Contradiction(`${fields.length} fields, not ${count}`);
  return fields;
}

/** What a batch tells: the appends as four fields each, where they were put, and which events were received before. */
export interface BatchContent {
  readonly seqs: readonly number[];
  readonly received: readonly number[];
  readonly appends: string;
}

/** Writes what a batch tells as one text. */
export const encodeBatch = ({ seqs, received, appends }: BatchContent): string =>
  [seqs.join(), received.join(), appends].join(separator);

/** Reads what a batch tells; the fields of its appends are apart. @throws {Contradiction} If they are too few or too many. */
export function decodeBatch(text: string): Omit<BatchContent, 'appends'> & { readonly fields: string[] } {
  const [seqs = '', received = '', ...fields] = text.split(separator);
  const numbers = (list: string): number[] => (list === '' ? [] : list.split(',').map(Number));
  const batch = { seqs: numbers(seqs), received: numbers(received), fields: fields[0] === '' ? [] : fields };
  if (batch.fields.length !== 4 * batch.seqs.length) throw new Contradiction('a batch is incomplete');
  return batch;
}

/** Writes frames as one text. */
export const encodeFrames = (frames: readonly Frame[]): string =>
  joined(frames.flatMap(({ type, id, body }) => [type, id, body]));

/** Reads consecutive frames. @throws {Contradiction} If the text holds another number of them. */
export function decodeFrames(text: string, last: number, count: number): Frame[] {
  const fields = split(text, 3 * count);
  return Array.from({ length: count }, (_, i) => ({
    seq: last - count + 1 + i,
    type: fields[3 * i] as Append['type'],
    id: fields[3 * i + 1]!,
    body: fields[3 * i + 2]!,
  }));
}

/** A block holds at most so many frames; one that has reached the size takes no more. */
const blockFrames = 64;
const blockSize = 65_536;

/** Puts consecutive frames into blocks. */
export function toBlocks(frames: readonly SizedFrame[]): NewBlock[] {
  const blocks: NewBlock[] = [];
  for (let start = 0, end = 0; start < frames.length; start = end) {
    let size = 0;
    for (; end < frames.length && end - start < blockFrames && size < blockSize; end++)
      size += frames[end]!.size;
    const taken = frames.slice(start, end);
    const hashes = taken.map(({ type, id }) => hashOf(type, id));
    blocks.push({ frames: taken, hashes, size, at: taken.at(-1)!.at });
  }
  return blocks;
}
