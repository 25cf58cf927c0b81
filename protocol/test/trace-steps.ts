import type { TraceEntry } from '../src/sequence.ts';

export type Loose = { readonly type: string; readonly [member: string]: unknown };
export type Step = readonly [from: TraceEntry['from'], frame: Loose | number];

export const entries = (steps: readonly Step[]): TraceEntry[] =>
  steps.map(([from, step]) =>
    typeof step === 'number' ? { from, close: { code: step } } : ({ from, frame: step } as TraceEntry),
  );

export const c = (frame: Loose | number): Step => ['client', frame];
export const a = (frame: Loose | number): Step => ['agent', frame];
export const r = (frame: Loose | number): Step => ['relay', frame];

export const all = ['stream', 'signal', 'receipt'];
export const hello = (more = {}) => ({
  type: 'hello',
  role: 'client',
  versions: [1],
  capabilities: all,
  ...more,
});
export const welcome = (more = {}) => ({
  type: 'welcome',
  version: 1,
  session: 'se1',
  identity: { source: 'alice' },
  conversation: 'alice',
  heartbeat: { intervalMs: 1000, graceMs: 500 },
  limits: { frameBytes: 1024, contentLength: 10 },
  capabilities: all,
  ...more,
});
export const attached = (seq = 0, more = {}) => ({
  type: 'attached',
  conversation: 'alice',
  epoch: 'ep1',
  seq,
  recovered: 'complete',
  agent: { source: 'default', online: true },
  ...more,
});
export const event = (id: string, more = {}) => ({ type: 'event', id, content: 'Hi', timestamp: 1, ...more });
export const stored = (id: string, seq: number, more = {}) =>
  event(id, { source: 'alice', conversation: 'alice', epoch: 'ep1', seq, ...more });
export const ack = (id: string, seq: number, more = {}) => ({
  type: 'ack',
  id,
  conversation: 'alice',
  epoch: 'ep1',
  seq,
  status: 'accepted',
  ...more,
});
export const turn = (status: string, more = {}) => ({
  type: 'turn',
  id: 'tu1',
  conversation: 'alice',
  status,
  events: [],
  ...(status === 'ended' && { outcome: 'completed' }),
  ...more,
});
export const delta = (index: number, more = {}) => ({
  type: 'reply',
  id: 'rp1',
  conversation: 'alice',
  kind: 'delta',
  turn: 'tu1',
  index,
  content: 'x',
  ...more,
});
export const reply = (more = {}) => ({
  type: 'reply',
  id: 'rp1',
  conversation: 'alice',
  kind: 'final',
  turn: 'tu1',
  content: 'x',
  ...more,
});

export const open = [c(hello()), r(welcome()), r(attached())];
export const openAgent = [
  a({ type: 'hello', role: 'agent', versions: [1], capabilities: ['signal'] }),
  r(welcome()),
  r(stored('ev1', 1)),
  a(turn('accepted', { events: ['ev1'] })),
];
export const at = { epoch: 'ep1' };

export interface Case {
  readonly breaks: string | undefined;
  readonly because: string;
  readonly role?: 'client' | 'agent';
  readonly resumed?: boolean;
  readonly steps: readonly Step[];
}
