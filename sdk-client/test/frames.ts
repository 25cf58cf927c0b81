import type { Attached, Event, Reply, Turn } from '@websocket-channel/protocol';

/** Frames of the conversation `alice` in the log `ep1`, as the relay delivers them. */
export const attached = (members: Partial<Attached> = {}): Attached => ({
  type: 'attached',
  conversation: 'alice',
  epoch: 'ep1',
  seq: 0,
  recovered: 'complete',
  agent: { source: 'default', online: true, stream: 'token' },
  ...members,
});

const stored = (seq: number | undefined) => ({
  conversation: 'alice',
  ...(seq !== undefined && { epoch: 'ep1', seq }),
});

export const event = (id: string, seq?: number, members: Partial<Event> = {}): Event => ({
  type: 'event',
  id,
  source: 'alice',
  content: `event ${id}`,
  timestamp: 1000 + (seq ?? 0),
  ...stored(seq),
  ...members,
});

export const reply = (id: string, seq?: number, members: Partial<Reply> = {}): Reply => ({
  type: 'reply',
  id,
  kind: 'final',
  source: 'default',
  content: `reply ${id}`,
  timestamp: 1000 + (seq ?? 0),
  ...stored(seq),
  ...members,
});

/** A piece of a reply of the turn `tu1`. */
export const delta = (id: string, index: number, content: string, members: Partial<Reply> = {}): Reply => ({
  type: 'reply',
  id,
  kind: 'delta',
  source: 'default',
  conversation: 'alice',
  turn: 'tu1',
  index,
  content,
  ...members,
});

export const turn = (status: Turn['status'], seq?: number, members: Partial<Turn> = {}): Turn => ({
  type: 'turn',
  id: 'tu1',
  status,
  source: 'default',
  events: ['ev1'],
  ...(status === 'ended' && { outcome: 'completed' }),
  ...stored(seq),
  ...members,
});
