import type { Append } from '../store.ts';

/** A durable frame as it is written. */
export interface Frame {
  readonly seq: number;
  readonly type: Append['type'];
  readonly id: string;
  readonly body: string;
}

/** Stands between fields: no JSON text, name or id can hold it. */
const separator = '\u001e';

/** Writes fields as one text. */
export const joined = (fields: readonly string[]): string => fields.join(separator);

/** Reads fields that were written as one text. @throws {RangeError} If it does not hold that many. */
export function split(text: string, count: number): string[] {
  const fields = text === '' ? [] : text.split(separator);
  if (fields.length !== count) throw new RangeError(`${fields.length} fields, not ${count}`);
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

/** Reads what a batch tells; the fields of its appends are apart. @throws {RangeError} If they are too few or too many. */
export function decodeBatch(text: string): Omit<BatchContent, 'appends'> & { readonly fields: string[] } {
  const [seqs = '', received = '', ...fields] = text.split(separator);
  const numbers = (list: string): number[] => (list === '' ? [] : list.split(',').map(Number));
  const batch = { seqs: numbers(seqs), received: numbers(received), fields: fields[0] === '' ? [] : fields };
  if (batch.fields.length !== 4 * batch.seqs.length) throw new RangeError('a batch is incomplete');
  return batch;
}

/** Writes frames as one text. */
export const encodeFrames = (frames: readonly Frame[]): string =>
  joined(frames.flatMap(({ type, id, body }) => [type, id, body]));

/** Reads consecutive frames. @throws {RangeError} If the text holds another number of them. */
export function decodeFrames(text: string, last: number, count: number): Frame[] {
  const fields = split(text, 3 * count);
  return Array.from({ length: count }, (_, i) => ({
    seq: last - count + 1 + i,
    type: fields[3 * i] as Append['type'],
    id: fields[3 * i + 1]!,
    body: fields[3 * i + 2]!,
  }));
}

/** A number by which a frame is found again, most likely without mistaking another for it: 30 bits, which V8 stores as they are. */
export function hashOf(type: Append['type'], id: string): number {
  let hash = 0x811c9dc5 ^ type.charCodeAt(0);
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  return (hash ^ (hash >>> 15)) & 0x3fffffff;
}
