import type { TraceEntry } from '../src/sequence.ts';

/** A decision of the generator: what happens next, and a number that settles its details. */
export type Decision = readonly [action: string, choice: number];

/** A frame without its type's constraints. */
export type Loose = { readonly type: string; readonly [member: string]: unknown };

export const entry = (from: TraceEntry['from'], frame: Loose): TraceEntry => ({ from, frame }) as TraceEntry;

export const welcome = {
  type: 'welcome',
  version: 1,
  session: 'se1',
  heartbeat: { intervalMs: 15_000, graceMs: 10_000 },
  limits: { frameBytes: 1_048_576, contentLength: 262_144 },
  capabilities: ['stream', 'signal', 'receipt'],
};

export const everyCapability = ['stream', 'signal', 'receipt'];
