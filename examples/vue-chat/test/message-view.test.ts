import { expect, it } from 'vitest';
import {
  findInterrupted,
  foreignUrl,
  isPreviewable,
  splitReactions,
  stateOf,
  viewOf,
} from '../src/message-view.ts';

const reply = { id: 'rp1', role: 'agent', kind: 'final', own: false, streaming: false } as const;
const event = { ...reply, role: 'participant', kind: 'message' } as const;

it('draws every kind, and one that it does not know as text', () => {
  const kinds = ['delta', 'block', 'final', 'message', 'tool', 'notice', 'hologram'];
  expect(kinds.map((kind) => viewOf({ ...reply, kind }))).toEqual([
    'agent',
    'agent',
    'agent',
    'agent',
    'tool',
    'notice',
    'unknown',
  ]);
  expect(viewOf({ ...event, own: true })).toBe('own');
  expect(viewOf(event)).toBe('other');
  expect(viewOf({ ...event, kind: 'action' })).toBe('unknown');
  expect(viewOf({ ...reply, deleted: true })).toBe('deleted');
});

it('tells where a message is on its way', () => {
  expect(stateOf({ ...reply, streaming: true })).toBe('streaming');
  expect(stateOf(reply)).toBe('complete');
  expect(stateOf({ ...reply, outcome: 'aborted' })).toBe('aborted');
  expect(stateOf({ ...event, state: 'queued' })).toBe('queued');
});

it('marks the last reply of a turn that was stopped, and no other', () => {
  const question = { ...event, id: 'ev1', own: true, turn: 'tu1', outcome: 'aborted' } as const;
  const written = { ...reply, kind: 'block', turn: 'tu1' } as const;
  const log = [
    question,
    { ...written, id: 'rp1' },
    { ...written, id: 'rp2' },
    { ...written, id: 'rp3', kind: 'tool' },
    { ...reply, id: 'rp4', turn: 'tu2' },
  ];
  expect([...findInterrupted(log)]).toEqual([['rp2', 'aborted']]);
  expect([...findInterrupted([{ ...question, outcome: 'completed' }, ...log.slice(1)])]).toEqual([]);
});

it('puts reactions to the message that they apply to', () => {
  const thumb = { id: 'rp2', kind: 'reaction', target: 'rp1' };
  const { others, reactions } = splitReactions([{ ...reply }, thumb, { ...thumb, id: 'rp3', deleted: true }]);
  expect(others).toEqual([reply]);
  expect(reactions.get('rp1')).toEqual([thumb]);
});

it('opens attachments on the web only', () => {
  expect(foreignUrl('/files/f1', 'wss://relay.example.com/chat')).toBeUndefined();
  expect(foreignUrl('https://example.com/a.png', 'ws://localhost:8765/')).toBe('https://example.com/a.png');
  expect(foreignUrl('javascript:alert(1)', 'ws://localhost:8765/')).toBeUndefined();
  expect(foreignUrl('data:text/html,hi', 'ws://localhost:8765/')).toBeUndefined();
});

it.each([
  ['image/png', 5 * 1024 * 1024, true],
  ['image/png', 5 * 1024 * 1024 + 1, false],
  ['image/svg+xml', 10, false],
  ['text/html', 10, false],
])('shows a file of type %s and %i bytes by itself: %s', (mime, size, shown) => {
  expect(isPreviewable({ mime, size })).toBe(shown);
});
