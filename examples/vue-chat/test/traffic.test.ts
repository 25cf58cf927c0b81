import { expect, it } from 'vitest';
import { exportTraffic, filterTraffic, prettyFrame, previewFrame, toTrafficEntry } from '../src/traffic.ts';

const at = Date.UTC(2026, 0, 2, 3, 4, 5, 6);
const everything = { text: '', type: '', direction: 'all' } as const;

const hello = JSON.stringify({ type: 'hello', role: 'client', versions: [1], token: 'very-secret' });
const delta = JSON.stringify({ type: 'reply', id: 'rp1', kind: 'delta', content: '你好' });
const entries = [
  toTrafficEntry(1, { direction: 'to-relay', text: hello, at }),
  toTrafficEntry(2, { direction: 'from-relay', text: '{"type":"welcome","session":"se1"}', at }),
  toTrafficEntry(3, { direction: 'to-relay', text: '{"type":"event","id":"ev1","content":"Hello"}', at }),
  toTrafficEntry(4, { direction: 'from-relay', text: delta, at }),
  toTrafficEntry(5, { direction: 'from-relay', text: 'not JSON', at }),
];

const idsOf = (filter: Partial<typeof everything> | object) =>
  filterTraffic(entries, { ...everything, ...filter }).map(({ id }) => id);

it('keeps a token out of the log, of what is searched and of what is copied', () => {
  const [first] = entries;
  expect(first?.text).toContain('"token":"[redacted]"');
  expect(exportTraffic(entries)).not.toContain('very-secret');
  expect(idsOf({ text: 'very-secret' })).toEqual([]);
  expect(entries.map(prettyFrame).join()).not.toContain('very-secret');
  expect(entries.map(previewFrame).join()).not.toContain('very-secret');
});

it('tells the bytes that crossed the socket, not the characters', () => {
  expect(entries[0]?.bytes).toBe(hello.length);
  expect(entries[3]?.bytes).toBe(delta.length + 4);
});

it('filters by text whatever the case, by type and by direction, all at once', () => {
  expect(idsOf({})).toEqual([1, 2, 3, 4, 5]);
  expect(idsOf({ text: ' HELLO ' })).toEqual([1, 3]);
  expect(idsOf({ type: 'reply' })).toEqual([4]);
  expect(idsOf({ direction: 'from-relay' })).toEqual([2, 4, 5]);
  expect(idsOf({ text: 'hello', type: 'event', direction: 'to-relay' })).toEqual([3]);
  expect(idsOf({ text: 'hello', direction: 'from-relay' })).toEqual([]);
});

it('copies frames as JSON objects, and what is no frame as text', () => {
  expect(JSON.parse(exportTraffic(entries.slice(3)))).toEqual([
    {
      at: '2026-01-02T03:04:05.006Z',
      direction: 'from-relay',
      bytes: delta.length + 4,
      frame: { type: 'reply', id: 'rp1', kind: 'delta', content: '你好' },
    },
    { at: '2026-01-02T03:04:05.006Z', direction: 'from-relay', bytes: 8, frame: 'not JSON' },
  ]);
});

it('names what tells frames of one type apart', () => {
  expect(entries[3]).toMatchObject({ type: 'reply', detail: 'delta' });
  expect(entries.map(previewFrame)).toEqual([
    '"role":"client","versions":[1],"token":"[redacted]"',
    '"session":"se1"',
    '"Hello"',
    '"你好"',
    'not JSON',
  ]);
});
