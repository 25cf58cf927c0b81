import type { ViolationKind } from './oracle.ts';
import type { PlannedRun } from './plan.ts';
import type { RunResult } from './run.ts';
import type { Hop } from './schedule.ts';

/** A run and what it showed. */
export interface FinishedRun {
  readonly run: PlannedRun;
  readonly result: RunResult;
}

/** What `--json` writes. */
export interface Summary {
  readonly messages: number;
  /** SIGKILLs, by the process that got them. */
  readonly kills: Readonly<Record<string, number>>;
  /** Blows that were no kills, by what they were. */
  readonly disturbances: Readonly<Record<string, number>>;
  readonly lost: number;
  readonly doubled: number;
  readonly outOfOrder: number;
  /** Turns or drafts that never end. */
  readonly unfinished: number;
  /** There, but not what it should be. */
  readonly wrong: number;
  readonly worstRecoveryMs: number;
}

/** Adds up what runs showed. */
export function summarise(finished: readonly FinishedRun[]): Summary {
  const kills: Record<string, number> = {};
  const disturbances: Record<string, number> = {};
  for (const { run, result } of finished) {
    for (const { fault } of result.struck) {
      const { blow } = fault;
      if (blow.kind === 'kill') count(kills, hopName(blow.hop, run));
      else count(disturbances, blow.kind);
    }
  }
  const violations = finished.flatMap(({ result }) => result.violations);
  const of = (kind: ViolationKind): number => violations.filter((one) => one.kind === kind).length;
  return {
    messages: finished.reduce((sum, { result }) => sum + result.messages, 0),
    kills,
    disturbances,
    lost: of('lost'),
    doubled: of('doubled'),
    outOfOrder: of('out-of-order'),
    unfinished: of('unfinished'),
    wrong: of('wrong'),
    worstRecoveryMs: Math.round(Math.max(0, ...finished.map(({ result }) => result.worstRecoveryMs))),
  };
}

const count = (counts: Record<string, number>, name: string): void => {
  counts[name] = (counts[name] ?? 0) + 1;
};

const hopName = (hop: Hop, { agent }: PlannedRun): string =>
  hop === 'agent' && agent === 'gateway' ? 'gateway' : hop;

/** The table that is published, in Markdown: a row for each run, and one for all. */
export function table(finished: readonly FinishedRun[]): string {
  const rows = finished.map((one) => rowOf(`${one.run.store}, ${one.run.agent}`, summarise([one])));
  return [
    '| store, agent | messages | killed: client | relay | agent | Gateway | other blows | lost | doubled | out of order | unfinished or wrong | worst recovery |',
    '|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|',
    ...rows,
    rowOf('**all**', summarise(finished)),
  ].join('\n');
}

function rowOf(name: string, summary: Summary): string {
  const { messages, kills, disturbances, lost, doubled, outOfOrder, unfinished, wrong } = summary;
  const others = Object.values(disturbances).reduce((sum, number) => sum + number, 0);
  const cells = [
    name,
    messages,
    ...['client', 'relay', 'agent', 'gateway'].map((hop) => kills[hop] ?? 0),
    others,
    lost,
    doubled,
    outOfOrder,
    unfinished + wrong,
    `${(summary.worstRecoveryMs / 1000).toFixed(1)} s`,
  ];
  return `| ${cells.join(' | ')} |`;
}
