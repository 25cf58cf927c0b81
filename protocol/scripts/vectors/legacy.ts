/** A frame of the tutorial's wire (v0), read or written. */
export interface LegacyVector {
  readonly name: string;
  /** Who speaks v0 to us: `relay` to the agent, `frontend` to the relay. */
  readonly peer: 'relay' | 'frontend';
  /** Read: the v0 text. Its outcome is `expect.frame`, without the minted `id`, or a fault, or an unknown type. */
  readonly text?: string;
  /** Written: the v1 frame. Its outcome is `expect.text`, or `null` where v0 has no words for it. */
  readonly frame?: unknown;
  readonly expect: unknown;
  readonly requirement: string;
}

/** The clock of every case: what an event without a usable timestamp gets. */
export const legacyNow = 1_790_000_000_000;
const written = 1_767_225_600_000;

const outcome = (source: string, content: string, timestamp = legacyNow): unknown => ({
  status: 'frame',
  frame: { type: 'event', source, conversation: source, content, timestamp },
});
const fault = (code: string, path?: string): unknown => ({
  status: 'fault',
  code,
  ...(path !== undefined && { path }),
});

const fromRelay = (name: string, frame: unknown, expect: unknown): LegacyVector => ({
  name: `from a relay: ${name}`,
  peer: 'relay',
  text: typeof frame === 'string' ? frame : JSON.stringify(frame),
  expect,
  requirement: 'R-LEGACY-1',
});
const fromFrontend = (name: string, frame: unknown, expect: unknown): LegacyVector => ({
  ...fromRelay(name, frame, expect),
  name: `from a frontend: ${name}`,
  peer: 'frontend',
});
const toRelay = (name: string, frame: unknown, text: string | null): LegacyVector => ({
  name: `to a relay or frontend: ${name}`,
  peer: 'relay',
  frame,
  expect: { text },
  requirement: 'R-LEGACY-1',
});

/** Hand-written: what the tutorial's relay and page put on the wire, and what they understand. */
export const legacyVectors: readonly LegacyVector[] = [
  fromRelay(
    'the tutorial',
    { source: 'alice', data: { source: 'alice', content: 'Hello', timestamp: '2026-01-01T00:00:00Z' } },
    outcome('alice', 'Hello', written),
  ),
  fromRelay(
    'text instead of content',
    { source: 'alice', data: { text: 'Hello', timestamp: '2026-01-01T00:00:00.000Z' } },
    outcome('alice', 'Hello', written),
  ),
  fromRelay(
    'content wins over text',
    { source: 'alice', data: { content: 'Hello', text: 'Bye' } },
    outcome('alice', 'Hello'),
  ),
  fromRelay(
    'a timestamp in milliseconds',
    { source: 'alice', data: { content: 'Hello', timestamp: 1_700_000_000_000 } },
    outcome('alice', 'Hello', 1_700_000_000_000),
  ),
  fromRelay('no timestamp', { source: 'alice', data: { content: 'Hello' } }, outcome('alice', 'Hello')),
  fromRelay(
    'a timestamp that is none',
    { source: 'alice', data: { content: 'Hello', timestamp: 'yesterday' } },
    outcome('alice', 'Hello'),
  ),
  fromRelay(
    'a timestamp before 1970',
    { source: 'alice', data: { content: 'Hello', timestamp: -1 } },
    outcome('alice', 'Hello'),
  ),
  fromRelay('no outer source', { data: { source: 'bob', content: 'Hello' } }, outcome('bob', 'Hello')),
  fromRelay(
    'the outer source wins',
    { source: 'alice', data: { source: 'bob', content: 'Hello' } },
    outcome('alice', 'Hello'),
  ),
  fromRelay('no source at all', { data: { content: 'Hello' } }, outcome('guest', 'Hello')),
  fromRelay(
    'a source with a space',
    { source: 'Alice Smith', data: { content: 'Hello' } },
    outcome('Alice%20Smith', 'Hello'),
  ),
  fromRelay(
    'a source with a slash',
    { source: 'a/b', data: { content: 'Hello' } },
    outcome('a%2Fb', 'Hello'),
  ),
  fromRelay('a source beyond ASCII', { source: 'é', data: { content: 'Hello' } }, outcome('%C3%A9', 'Hello')),
  fromRelay('empty content', { source: 'alice', data: { content: '' } }, outcome('alice', '')),
  fromRelay('an empty source', { source: '', data: { content: 'Hello' } }, fault('invalid', '/source')),
  fromRelay(
    'a source that is a number',
    { source: 7, data: { content: 'Hello' } },
    fault('invalid', '/source'),
  ),
  fromRelay(
    'a source of 129 letters',
    { source: 'a'.repeat(129), data: { content: 'Hello' } },
    fault('invalid', '/source'),
  ),
  fromRelay('no content', { source: 'alice', data: {} }, fault('invalid', '/data/content')),
  fromRelay(
    'content that is a number',
    { source: 'alice', data: { content: 7 } },
    fault('invalid', '/data/content'),
  ),
  fromRelay('no data', { source: 'alice' }, fault('invalid', '/data')),
  fromRelay('data that is a list', { source: 'alice', data: [] }, fault('invalid', '/data')),
  fromRelay('a greeting of its own', { type: 'connected' }, { status: 'unknown', type: 'connected' }),
  fromRelay('not JSON', 'hello', fault('malformed')),
  fromRelay('a list', '[]', fault('malformed')),
  fromFrontend(
    'the tutorial',
    { source: 'alice', content: 'Hello', timestamp: '2026-01-01T00:00:00Z' },
    outcome('alice', 'Hello', written),
  ),
  fromFrontend('text alone', { text: 'Hello' }, outcome('guest', 'Hello')),
  fromFrontend('no content', { source: 'alice' }, fault('invalid', '/content')),
  fromFrontend('content that is null', { source: 'alice', content: null }, fault('invalid', '/content')),
  fromFrontend('not JSON', '{', fault('malformed')),
  ...(['tool', 'block', 'final'] as const).map((kind) =>
    toRelay(
      `a reply of kind ${kind}`,
      { type: 'reply', id: 'rp1', conversation: 'alice', kind, content: 'Hello, Alice' },
      `{"type":"reply","content":"Hello, Alice","kind":"${kind}"}`,
    ),
  ),
  ...(['message', 'notice'] as const).map((kind) =>
    toRelay(
      `a reply of kind ${kind} goes as final`,
      { type: 'reply', id: 'rp1', conversation: 'alice', kind, content: 'By the way' },
      '{"type":"reply","content":"By the way","kind":"final"}',
    ),
  ),
  ...(['delta', 'edit', 'delete', 'reaction', 'unheard_of'] as const).map((kind) =>
    toRelay(
      `nothing for a reply of kind ${kind}`,
      { type: 'reply', id: 'rp1', conversation: 'alice', kind, content: 'x' },
      null,
    ),
  ),
  toRelay(
    'an event',
    { type: 'event', id: 'ev1', source: 'alice', content: 'Hello', timestamp: written },
    '{"source":"alice","data":{"source":"alice","content":"Hello","timestamp":"2026-01-01T00:00:00.000Z"}}',
  ),
];
