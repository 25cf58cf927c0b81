import type { Event } from '@websocket-channel/protocol';
import { parseAgentToRelay, parseClientToRelay } from '@websocket-channel/protocol/relay';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stamp } from '../src/index.ts';
import { splice } from '../src/splice.ts';
import { event, startRelay } from './support/running-relay.ts';
import { parseStrictly } from './support/strict-json.ts';

const stamps = { source: 'alice', conversation: 'alice' };

/** What a text becomes on its way through the relay, or nothing where it is refused. */
function relayed(text: string): { frame: Event; text: string } | undefined {
  const parsed = parseClientToRelay(text);
  if (parsed.status !== 'frame' || parsed.frame.type !== 'event') return undefined;
  const body = splice(text, parsed.frame, { ...stamps, ...pick(parsed.frame.conversation) });
  return { frame: parsed.frame as Event, text: stamp(body, 'ep1', 7) };
}

const pick = (conversation: string | undefined) => (conversation === undefined ? {} : { conversation });

function expectFaithful(text: string): boolean {
  const result = relayed(text);
  if (result === undefined) return false;
  const expected = {
    ...result.frame,
    source: 'alice',
    conversation: result.frame.conversation ?? 'alice',
    epoch: 'ep1',
    seq: 7,
  };
  expect(parseStrictly(result.text)).toEqual(JSON.parse(JSON.stringify(expected)));
  expect(JSON.parse(result.text)).toEqual(JSON.parse(JSON.stringify(expected)));
  return true;
}

const space = fc.stringMatching(/^[ \t\n\r]{0,2}$/);

/** A JSON string, some of its characters written as escapes. */
const written = (text: string) =>
  fc.array(fc.boolean(), { minLength: text.length, maxLength: text.length }).map((escapes) =>
    [...JSON.stringify(text)].length === text.length + 2
      ? `"${text
          .split('')
          .map((char, i) => (escapes[i] ? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}` : char))
          .join('')}"`
      : JSON.stringify(text),
  );

const names = [
  'type',
  'id',
  'content',
  'timestamp',
  'source',
  'conversation',
  'seq',
  'epoch',
  'ext',
  'kind',
  'sender',
  '__proto__',
  'x',
];

const legal: Record<string, readonly string[]> = {
  type: ['"event"'],
  id: ['"ev1"', '"ev2"'],
  content: ['""', '"\\":"', '"a : b"', '"x\\u0022:y"', '"}"', '"\\n"', '"\\\\"'],
  timestamp: ['1', '1e3', '1.0', '-0'],
  source: ['"alice"', '"bob"', '"\\u0061lice"'],
  conversation: ['"alice"', '"alice/x"', '"alice/\\""', '"alice/\\\\"'],
  seq: ['5'],
  epoch: ['"ep0"'],
  ext: ['{}', '{"a.b":null}', '{"a.b":{"c":1,"c":2}}', '{"a.b":["x",{"y" :1}]}'],
  kind: ['"message"', '"reaction"'],
  sender: ['{}', '{"name":"A","name":"B"}', '{"name":null}', '{"name":"\\":"}'],
  __proto__: ['{}'],
  x: ['1', '{"seq":1}', '[{"a":1},{"a":2}]', '"seq"'],
};

const member = fc
  .constantFrom(...names)
  .chain((name) =>
    fc.tuple(
      written(name),
      fc.oneof(
        { weight: 4, arbitrary: fc.constantFrom(...(Object.hasOwn(legal, name) ? legal[name]! : ['{}'])) },
        { weight: 1, arbitrary: fc.constant('null') },
      ),
    ),
  );

const required = fc.constantFrom(...legal.content!).map((content): [string, string][] => [
  ['"type"', '"event"'],
  ['"id"', '"ev1"'],
  ['"content"', content],
  ['"timestamp"', '1790000000000'],
]);

/** Texts of events with members repeated, escaped, dropped and spaced out in every way that JSON allows. */
const hostileText = fc
  .tuple(required, fc.array(member, { maxLength: 4 }), fc.infiniteStream(space), fc.boolean())
  .chain(([base, more, spaces, compact]) =>
    fc.shuffledSubarray([...more, ...base], { minLength: base.length + more.length }).map((members) => {
      const gap = () => (compact ? '' : spaces.next().value);
      const inner = members
        .map(([name, value]) => `${gap()}${name}${gap()}:${gap()}${value}${gap()}`)
        .join(',');
      return `${gap()}{${inner}}${gap()}`;
    }),
  );

describe('a frame with the relay’s stamps', () => {
  it('says to every reader exactly what was validated, however its text was written', () => {
    let faithful = 0;
    fc.assert(
      fc.property(hostileText, (text) => {
        if (expectFaithful(text)) faithful++;
      }),
      { numRuns: 5000 },
    );
    expect(faithful).toBeGreaterThan(500);
  });

  it.each([
    [
      'a claimed position, taken back',
      '{"type":"event","seq":1,"id":"a","content":"","timestamp":1,"seq":null}',
    ],
    ['an escaped name', '{"type":"event","\\u0073eq":1,"id":"a","content":"","timestamp":1,"seq":null}'],
    [
      'a claimed source, taken back',
      '{"source":"bob","type":"event","id":"a","content":"","timestamp":1,"source":null}',
    ],
    [
      'a claimed source, repeated',
      '{"source":"bob","type":"event","id":"a","content":"","timestamp":1,"source":"alice"}',
    ],
    ['its own source', '{"source":"alice","type":"event","id":"a","content":"","timestamp":1}'],
    [
      'a repeated conversation',
      '{"conversation":"bob","type":"event","id":"a","content":"","timestamp":1,"conversation":"alice"}',
    ],
    ['a repeated content', '{"type":"event","id":"a","content":"one","timestamp":1,"content":"two"}'],
    [
      'a repeated name in a nested object',
      '{"type":"event","id":"a","content":"","timestamp":1,"sender":{"name":"a","name":"b"}}',
    ],
    [
      'a space before the colon of a repeated name',
      '{"type":"event","id":"a","content":"one","timestamp":1,"content" :"two"}',
    ],
    [
      'a line break before a colon',
      '{"type":"event","id":"a","content":"one","timestamp":1,"content"\n:"two"}',
    ],
    ['white space at the end', '{"type":"event","id":"a","content":"","timestamp":1} '],
    [
      'what looks like a name in its content',
      '{"type":"event","id":"a","content":"\\"seq\\":9,\\"x\\":","timestamp":1}',
    ],
    ['a prototype', '{"type":"event","id":"a","content":"","timestamp":1,"__proto__":{"seq":9}}'],
  ])('is faithful with %s', (_, text) => {
    expect(expectFaithful(text)).toBe(true);
  });

  it('is faithful for a delta of an agent', () => {
    const text =
      '{"type":"reply","id":"rp1","conversation":"a\\"/\\\\","kind":"delta","index":0,"content":"x"}';
    const parsed = parseAgentToRelay(text);
    if (parsed.status !== 'frame' || parsed.frame.type !== 'reply') throw new Error('not a reply');
    const { conversation } = parsed.frame;
    expect(parseStrictly(`${splice(text, parsed.frame, { source: 'default', conversation })}}`)).toEqual({
      ...parsed.frame,
      source: 'default',
    });
  });

  it.each(['a"b', 'a\\b', '!#$%&'])('is faithful for a participant named %s', (source) => {
    const text = '{"type":"event","id":"a","content":"","timestamp":1}';
    const parsed = parseClientToRelay(text);
    if (parsed.status !== 'frame' || parsed.frame.type !== 'event') throw new Error('not an event');
    const names = { source, conversation: `${source}/x` };
    expect(JSON.parse(`${splice(text, parsed.frame, names)}}`)).toEqual({ ...parsed.frame, ...names });
  });

  it('keeps the text of its sender where it can', () => {
    const text = '{"type":"event","id":"a","timestamp":1.0,"content":"\\u0041"}';
    expect(relayed(text)?.text).toBe(
      `${text.slice(0, -1)},"source":"alice","conversation":"alice","epoch":"ep1","seq":7}`,
    );
  });

  it('reaches its readers so', async () => {
    const relay = await startRelay();
    const alice = await relay.client('alice');
    alice.send('{"seq":9,"type":"event","id":"a","content":"one","timestamp":1,"content":"two","seq":null}');
    await alice.nextFrame('ack');
    await alice.nextFrame('event');
    expect(parseStrictly(alice.texts.at(-1) ?? '')).toEqual({
      ...event('a', { content: 'two', timestamp: 1 }),
      source: 'alice',
      conversation: 'alice',
      epoch: alice.attached.epoch,
      seq: 1,
    });
  });
});
