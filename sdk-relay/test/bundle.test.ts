import { describe, expect, it } from 'vitest';
import { Bundle } from '../src/bundle.ts';
import { Outgoing } from '../src/outgoing.ts';

/** A text as one WebSocket frame, written out by the book (RFC 6455, 5.2). */
function byTheBook(text: string): Buffer {
  const payload = Buffer.from(text);
  const { length } = payload;
  if (length < 126) return Buffer.concat([Buffer.from([0x81, length]), payload]);
  const extended = Buffer.alloc(length < 65_536 ? 2 : 8);
  if (length < 65_536) extended.writeUInt16BE(length);
  else extended.writeBigUInt64BE(BigInt(length));
  return Buffer.concat([Buffer.from([0x81, length < 65_536 ? 126 : 127]), extended, payload]);
}

const texts = [0, 1, 125, 126, 127, 255, 256, 300, 65_535, 65_536, 70_000].flatMap((count) => [
  'a'.repeat(count),
  'é'.repeat(count),
  '你好😀'.repeat(count / 3),
]);

describe('the frames of one turn for one socket', () => {
  it('have the bytes and the order that they would have one by one', () => {
    const bundle = new Bundle();
    for (const text of texts) bundle.add(new Outgoing(text));
    expect(bundle.size).toBe(Buffer.concat(texts.map(byTheBook)).length);
    expect(bundle.take().equals(Buffer.concat(texts.map(byTheBook)))).toBe(true);
    expect(bundle.size).toBe(0);
  });

  it('are the same for every socket, alone or among others', () => {
    for (const text of texts) {
      const shared = new Outgoing(text);
      const chunks = Array.from({ length: 4 }, (_, others) => {
        const bundle = new Bundle();
        for (let i = 0; i < others; i++) bundle.add(new Outgoing('another'));
        bundle.add(shared);
        return bundle.take().subarray(others * byTheBook('another').length);
      });
      for (const chunk of chunks) expect(chunk.equals(byTheBook(text))).toBe(true);
    }
  });

  it('are prepared once for many sockets', () => {
    const shared = new Outgoing('to all');
    const chunks = [new Bundle(), new Bundle()].map((bundle) => {
      bundle.add(shared);
      return bundle.take();
    });
    expect(chunks[0]).toBe(chunks[1]);
  });
});
