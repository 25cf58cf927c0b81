import { describe, expect, test } from 'vitest';
import { parseRelayToClient } from '../src/client.ts';
import { encode, limits } from '../src/index.ts';
import { parseClientToRelay } from '../src/relay.ts';

const event = { type: 'event', id: 'ev1', content: 'Hello', timestamp: 1 };

/** A frame whose deepest object or array lies at this level, the frame itself being level 1. */
const nested = (levels: number): string =>
  `{"type":"ping","x":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;

describe('the fault of a text', () => {
  test.each([
    '',
    '   ',
    '{"type":"ping"',
    'ping',
    '[]',
    '"ping"',
    '7',
    'null',
    '{"type":"ping"}{"type":"ping"}',
  ])('that is no JSON object is malformed: %j', (text) => {
    expect(parseClientToRelay(text)).toEqual({
      status: 'fault',
      fault: { code: 'malformed', message: 'Not a JSON object' },
    });
  });

  test.each(['{}', '{"type":null}', '{"type":7}', '{"type":["ping"]}'])(
    'without a type names it: %s',
    (text) => {
      expect(parseClientToRelay(text)).toEqual({
        status: 'fault',
        fault: {
          code: 'malformed',
          message: '/type breaks the rule type (string)',
          details: { path: '/type', keyword: 'type', limit: 'string' },
        },
      });
    },
  );

  test.each([
    [{ content: undefined }, '/content', 'required', undefined],
    [{ content: 7 }, '/content', 'type', 'string'],
    [{ content: 'x'.repeat(limits.contentLength + 1) }, '/content', 'maxLength', limits.contentLength],
    [{ timestamp: -1 }, '/timestamp', 'minimum', 0],
    [{ timestamp: '1' }, '/timestamp', 'type', 'integer'],
    [{ attachments: [{}] }, '/attachments/0/id', 'required', undefined],
    [{ attachments: Array(33).fill({}) }, '/attachments', 'maxItems', 32],
    [{ seq: 1 }, '/seq', 'not', undefined],
    [{ ext: { plain: 1 } }, '/ext', 'pattern', '^[a-z0-9-]+(\\.[a-z0-9-]+)+$'],
  ])('names member, rule and limit, and the frame: %j', (members, path, keyword, limit) => {
    const parsed = parseClientToRelay(JSON.stringify({ ...event, ...members }));
    expect(parsed).toEqual({
      status: 'fault',
      fault: {
        code: 'invalid',
        message: `${path} breaks the rule ${keyword}${limit === undefined ? '' : ` (${limit})`}`,
        details: { path, keyword, ...(limit !== undefined && { limit }) },
        ref: 'ev1',
      },
    });
  });

  test('refers to no frame whose id is too long to be one', () => {
    const parsed = parseClientToRelay(JSON.stringify({ ...event, id: 'x'.repeat(65) }));
    expect(parsed).toMatchObject({
      status: 'fault',
      fault: { details: { path: '/id', keyword: 'pattern' } },
    });
    expect(parsed).not.toHaveProperty('fault.ref');
  });

  test.each([
    [limits.depth - 1, 'frame'],
    [limits.depth, 'frame'],
    [limits.depth + 1, 'fault'],
    [100_000, 'fault'],
  ])('with %i levels: %s', (levels, status) => {
    const parsed = parseRelayToClient(nested(levels));
    expect(parsed.status).toBe(status);
    if (status === 'fault')
      expect(parsed).toMatchObject({ fault: { code: 'too_deep', details: { limit: 16 } } });
  });

  test('names the frame, so that its sender gives it up', () => {
    const parsed = parseClientToRelay(`{"type":"event","id":"ev1","x":${'['.repeat(16)}${']'.repeat(16)}}`);
    expect(parsed).toMatchObject({ fault: { code: 'too_deep', ref: 'ev1' } });
  });
});

test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', '', 'EVENT'])(
  'the type %j is merely unknown',
  (type) => {
    expect(parseClientToRelay(`{"type":${JSON.stringify(type)}}`)).toEqual({ status: 'unknown', type });
  },
);

test('a member that is null counts as absent, but not in ext and not in a list', () => {
  const text =
    '{"type":"event","id":"ev1","content":"","timestamp":1,"kind":null,"ext":{"com.example":{"a":null}},"x":[null,{"y":null,"z":[{"a":null}]}]}';
  const parsed = parseClientToRelay(text);
  expect(parsed).toEqual({
    status: 'frame',
    frame: {
      type: 'event',
      id: 'ev1',
      content: '',
      timestamp: 1,
      ext: { 'com.example': { a: null } },
      x: [null, { z: [{}] }],
    },
  });
});

test('what is encoded is parsed to the same, whatever the letters', () => {
  const frame = { ...event, content: '你好 \u0000 \ud800 "\\ 🦞\n' };
  expect(parseClientToRelay(encode(frame))).toEqual({ status: 'frame', frame });
});
