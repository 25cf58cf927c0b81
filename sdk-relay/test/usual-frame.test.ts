import { parseAgentToRelay, parseClientToRelay } from '@websocket-channel/protocol/relay';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splice } from '../src/splice.ts';
import { createReader, readUsualEvent, readUsualReply } from '../src/usual-frame.ts';
import { parseStrictly } from './support/strict-json.ts';

const id = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);
const conversation = fc.stringMatching(/^[!-~]{1,40}$/);
const content = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[ -~\n\t"\\/]{0,60}$/));
const number = fc.oneof(fc.nat(), fc.maxSafeInteger());
const events = fc.array(id, { maxLength: 20 });

const event = fc.record(
  { type: fc.constant('event'), id, content, timestamp: number, conversation },
  { requiredKeys: ['type', 'id', 'content', 'timestamp'], noNullPrototype: true },
);
const reply = fc.record(
  {
    type: fc.constant('reply'),
    conversation,
    turn: id,
    thread: id,
    id,
    kind: fc.constantFrom('delta', 'final', 'block', 'Final', ''),
    index: number,
    count: number,
    content,
    replace: fc.boolean(),
    events,
    timestamp: number,
  },
  { requiredKeys: ['type', 'conversation', 'id', 'kind', 'content'], noNullPrototype: true },
);
const received = fc.record(
  { type: fc.constant('received'), conversation, events },
  { noNullPrototype: true },
);

/** Texts with a piece cut out, doubled or replaced, as a hostile or broken peer may send them. */
const mangled = (text: fc.Arbitrary<string>) =>
  fc
    .tuple(
      text,
      fc.nat(),
      fc.nat(8),
      fc.constantFrom('', '"', '\\', ',', '}', '\n', '\u0000', '0', 'null', ' '),
    )
    .map(([text, at, length, piece]) => {
      const start = at % text.length;
      return text.slice(0, start) + piece + text.slice(start + length);
    });

describe.each([
  ['clients', event.map((frame) => JSON.stringify(frame)), readUsualEvent, parseClientToRelay],
  [
    'agents',
    fc.oneof(reply, received).map((frame) => JSON.stringify(frame)),
    readUsualReply,
    parseAgentToRelay,
  ],
] as const)('what %s usually send', (_, texts, read, parse) => {
  it('is read as the parser reads it, and is passed on as if the parser had', () => {
    let usual = 0;
    // A socket carries well-formed UTF-8 only.
    const text = fc.oneof(texts, mangled(texts)).map((text) => text.toWellFormed());
    fc.assert(
      fc.property(text, (text) => {
        const frame = read(text);
        if (frame === undefined) return;
        usual++;
        expect(parse(text)).toEqual({ status: 'frame', frame });
        const stamps = { source: 'somebody', conversation: frame.conversation ?? 'somebody' };
        const passedOn = `${splice(text, frame, stamps, true)}}`;
        expect(parseStrictly(passedOn)).toEqual(JSON.parse(`${splice(text, frame, stamps)}}`));
      }),
      { numRuns: 5000 },
    );
    expect(usual).toBeGreaterThan(500);
  });
});

describe('a reader', () => {
  const text = (length: number) => {
    const [before, after] = ['{"type":"event","id":"ev1","content":"', '","timestamp":1}'];
    return before + 'x'.repeat(length - before.length - after.length) + after;
  };
  const reader = createReader(readUsualEvent, parseClientToRelay);

  it.each([
    [8191, 'usual'],
    [8192, 'usual'],
    [8193, 'frame'],
  ])('takes a quick look at a text of %d units: %s', (length, status) => {
    expect(reader(text(length))).toMatchObject({ status, frame: { type: 'event', id: 'ev1' } });
  });

  it('leaves all else to the parser', () => {
    expect(reader('{"type":"pong"}').status).toBe('frame');
    expect(reader('{"type":"event"}').status).toBe('fault');
    expect(reader('{"type":"news"}').status).toBe('unknown');
  });
});
