import type { Dialect } from './dialect.ts';
import type { Load } from './load.ts';
import { openRoundTrips } from './round-trips.ts';
import { openStreams } from './streams.ts';

/** Highest CPU time that we want of one relay, as a ratio to another. */
export interface Target {
  readonly of: string;
  readonly to: string;
  readonly atMost: number;
}

const ours = 'sdk-relay';

/** One kind of traffic. */
export interface Workload {
  readonly name: string;
  /** The load, in words. */
  readonly load: string;
  /** What the CPU time is counted for. */
  readonly per: 'round trip' | 'delta';
  readonly targets: readonly Target[];
  open(dialect: Dialect, port: number): Promise<Load>;
}

export const workloads: readonly Workload[] = [
  {
    name: 'tput',
    load: '100 clients × 8 events under way, saturated',
    per: 'round trip',
    targets: [
      { of: ours, to: 'raw ws', atMost: 1 },
      { of: ours, to: 'raw ws, same frames', atMost: 1 },
      { of: ours, to: 'socket.io', atMost: 0.35 },
      { of: `${ours}, SQLite`, to: ours, atMost: 1.6 },
    ],
    open: (dialect, port) => openRoundTrips(dialect, port, { clients: 100, outstanding: 8 }),
  },
  {
    name: 'pp200',
    load: '200 clients × 1 event under way',
    per: 'round trip',
    targets: [
      { of: ours, to: 'raw ws', atMost: 1 },
      { of: ours, to: 'raw ws, same frames', atMost: 1 },
      { of: ours, to: 'socket.io', atMost: 0.5 },
    ],
    open: (dialect, port) => openRoundTrips(dialect, port, { clients: 200, outstanding: 1 }),
  },
  {
    name: 'pp1',
    load: '1 client × 1 event under way',
    per: 'round trip',
    targets: [
      { of: ours, to: 'raw ws', atMost: 1.15 },
      { of: ours, to: 'raw ws, same frames', atMost: 1.15 },
    ],
    open: (dialect, port) => openRoundTrips(dialect, port, { clients: 1, outstanding: 1 }),
  },
  {
    name: 'stream',
    load: '500 conversations of deltas, full speed',
    per: 'delta',
    targets: [
      { of: ours, to: 'raw ws', atMost: 0.4 },
      { of: ours, to: 'socket.io', atMost: 0.18 },
    ],
    open: (dialect, port) => openStreams(dialect, port, { conversations: 500 }),
  },
];
