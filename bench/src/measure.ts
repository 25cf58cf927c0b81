import type { Dialect } from './dialect.ts';
import type { RelayProcess } from './relay-process.ts';
import { quantile } from './statistics.ts';
import type { Workload } from './workloads.ts';

/** A relay under measurement. */
export interface Candidate {
  readonly name: string;
  readonly dialect: Dialect;
  readonly process: RelayProcess;
}

/** One relay in one round. */
export interface Measurement {
  /** CPU of the relay's process for each message, in microseconds. */
  readonly cpuUs: number;
  readonly perSecond: number;
  /** Share of one core that the relay used. */
  readonly utilisation: number;
  /** Median latency in milliseconds; NaN where the load has none. */
  readonly p50Ms: number;
}

/** All relays in one round, in the order of the candidates. */
export type Round = readonly Measurement[];

/**
 * Measures all candidates in rounds. All keep their connections open; in each round they work one after another, and
 * the order changes from round to round. A first round warms them up and is not counted.
 */
export async function measure(
  workload: Workload,
  candidates: readonly Candidate[],
  { rounds, sliceMs }: { rounds: number; sliceMs: number },
): Promise<readonly Round[]> {
  const loads = [];
  for (const { dialect, process } of candidates) loads.push(await workload.open(dialect, process.port));

  const measured: Round[] = [];
  for (let round = 0; round <= rounds; round++) {
    const results: Measurement[] = [];
    for (const which of orderOf(round, candidates.length)) {
      const relay = (candidates[which] as Candidate).process;
      const before = await relay.cpuUs();
      const { messages, wallMs, latencies } = await (loads[which] as (typeof loads)[number]).work(sliceMs);
      const cpuUs = (await relay.cpuUs()) - before;
      const sorted = [...latencies].sort((a, b) => a - b);
      results[which] = {
        cpuUs: cpuUs / messages,
        perSecond: (messages / wallMs) * 1000,
        utilisation: cpuUs / 1000 / wallMs,
        p50Ms: sorted.length > 0 ? quantile(sorted, 0.5) : Number.NaN,
      };
    }
    if (round > 0) measured.push(results);
  }
  for (const load of loads) load.close();
  return measured;
}

/** Who works when: everybody is first, last and in between equally often, after each of the others. */
function orderOf(round: number, count: number): number[] {
  const order = Array.from({ length: count }, (_, i) => (i + round) % count);
  return Math.floor(round / count) % 2 === 0 ? order : order.reverse();
}
