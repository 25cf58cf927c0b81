import type { Dialect } from './dialect.ts';
import type { Load } from './load.ts';
import { openRoundTrips } from './round-trips.ts';
import { openStreams } from './streams.ts';

/** One kind of traffic. */
export interface Workload {
  readonly name: string;
  /** The load, in words. */
  readonly load: string;
  /** What the CPU time is counted for. */
  readonly per: 'round trip' | 'delta';
  /** Highest CPU time that we want, as a ratio to each of the others. */
  readonly target: { readonly rawWs: number; readonly socketIo?: number };
  open(dialect: Dialect, port: number): Promise<Load>;
}

export const workloads: readonly Workload[] = [
  {
    name: 'tput',
    load: '100 clients × 8 events under way, saturated',
    per: 'round trip',
    target: { rawWs: 0.65, socketIo: 0.35 },
    open: (dialect, port) => openRoundTrips(dialect, port, { clients: 100, outstanding: 8 }),
  },
  {
    name: 'pp200',
    load: '200 clients × 1 event under way',
    per: 'round trip',
    target: { rawWs: 1, socketIo: 0.5 },
    open: (dialect, port) => openRoundTrips(dialect, port, { clients: 200, outstanding: 1 }),
  },
  {
    name: 'pp1',
    load: '1 client × 1 event under way',
    per: 'round trip',
    target: { rawWs: 1.15 },
    open: (dialect, port) => openRoundTrips(dialect, port, { clients: 1, outstanding: 1 }),
  },
  {
    name: 'stream',
    load: '500 conversations of deltas, full speed',
    per: 'delta',
    target: { rawWs: 0.4, socketIo: 0.18 },
    open: (dialect, port) => openStreams(dialect, port, { conversations: 500 }),
  },
];
