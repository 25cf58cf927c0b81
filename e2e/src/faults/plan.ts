import type { AgentName, StoreName } from './chain.ts';
import { drawSchedule, type Fault } from './schedule.ts';

/** A run of the harness, before it begins. */
export interface PlannedRun {
  readonly seed: number;
  readonly store: StoreName;
  readonly agent: AgentName;
  readonly messages: number;
  readonly schedule: readonly Fault[];
}

/** What is asked for. */
export interface Plan {
  readonly seed: number;
  readonly messages: number;
  readonly kills: number;
  /** @default both */
  readonly store?: StoreName | undefined;
  /** @default both */
  readonly agent?: AgentName | undefined;
}

/** How the messages and kills are shared out where nothing is chosen. The Gateway's few take most of the time even so. */
const shares: readonly { readonly store: StoreName; readonly agent: AgentName; readonly weight: number }[] = [
  { store: 'sqlite', agent: 'protocol', weight: 66 },
  { store: 'memory', agent: 'protocol', weight: 20 },
  { store: 'sqlite', agent: 'gateway', weight: 11 },
  { store: 'memory', agent: 'gateway', weight: 3 },
];

/** A Gateway takes a minute to be back. */
const gatewayEvery = 3;

/** Shares the messages out over stores and agents, and draws what falls on each run: pure. */
export function planRuns({ seed, messages, kills, store, agent }: Plan): PlannedRun[] {
  const chosen = shares.filter(
    (one) => (store === undefined || one.store === store) && (agent === undefined || one.agent === agent),
  );
  const whole = chosen.reduce((sum, { weight }) => sum + weight, 0);
  const counts = (total: number): number[] => {
    const parts = chosen.map(({ weight }) => Math.floor((total * weight) / whole));
    parts[0]! += total - parts.reduce((sum, part) => sum + part, 0);
    return parts;
  };
  const [messageCounts, killCounts] = [counts(messages), counts(kills)];
  return chosen
    .map(({ store, agent }, index) => ({
      seed,
      store,
      agent,
      messages: messageCounts[index]!,
      schedule: drawSchedule({
        seed,
        messages: messageCounts[index]!,
        kills: killCounts[index]!,
        others: killCounts[index]!,
        // What is in memory goes with its process, by design.
        hops: store === 'memory' ? ['client', 'agent'] : ['client', 'relay', 'agent'],
        ...(agent === 'gateway' && { agentEvery: gatewayEvery }),
        disk: store === 'sqlite' && process.platform === 'linux',
        long: kills >= 100,
      }),
    }))
    .filter((run) => run.messages > 0);
}
