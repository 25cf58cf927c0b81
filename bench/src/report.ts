import type { Candidate, Measurement, Round } from './measure.ts';
import { judge, type Summary, summarise } from './statistics.ts';
import type { Workload } from './workloads.ts';

/** One line of the report: one relay under one load. */
export interface Row {
  readonly workload: string;
  readonly load: string;
  readonly per: Workload['per'];
  readonly relay: string;
  readonly cpuUs: Summary;
  readonly perSecond: number;
  readonly utilisation: number;
  readonly p50Ms: number | null;
  /** CPU time divided by that of another relay in the same round. */
  readonly ratios: Readonly<Record<string, Summary>>;
}

/** Pairs the relays of each round. */
export function rowsOf(
  workload: Workload,
  candidates: readonly Candidate[],
  rounds: readonly Round[],
): Row[] {
  return candidates.map(({ name }, which) => {
    const of = (value: (one: Measurement) => number, at = which) =>
      rounds.map((round) => value(round[at] as Measurement));
    const own = of(({ cpuUs }) => cpuUs);
    const p50 = of(({ p50Ms }) => p50Ms);
    return {
      workload: workload.name,
      load: workload.load,
      per: workload.per,
      relay: name,
      cpuUs: summarise(own),
      perSecond: summarise(of(({ perSecond }) => perSecond)).median,
      utilisation: summarise(of(({ utilisation }) => utilisation)).median,
      p50Ms: Number.isNaN(p50[0]) ? null : summarise(p50).median,
      ratios: Object.fromEntries(
        candidates.flatMap((other, at) => {
          const theirs = of(({ cpuUs }) => cpuUs, at);
          return at === which
            ? []
            : [[other.name, summarise(own.map((cpuUs, round) => cpuUs / (theirs[round] as number)))]];
        }),
      ),
    };
  });
}

const range = ({ median, q1, q3 }: Summary) => `**${median.toFixed(2)}** (${q1.toFixed(2)}–${q3.toFixed(2)})`;

/** Prints what was measured as Markdown tables: one of all relays, one of the targets. */
export function markdown(rows: readonly Row[], workloads: readonly Workload[]): string {
  const first = rows[0] as Row;
  return [
    `Relay CPU in µs, median (quartiles) of n = ${first.cpuUs.n} rounds; ratios are taken within each round.`,
    '',
    '| workload | relay | µs CPU | × raw ws | × same frames | × socket.io | per second | of a core | p50 ms |',
    '|---|---|---|---|---|---|---|---|---|',
    ...rows.map(({ workload, per, relay, cpuUs, perSecond, utilisation, p50Ms, ratios }) =>
      [
        '',
        `${workload}, per ${per}`,
        relay,
        range(cpuUs),
        ...['raw ws', 'raw ws, same frames', 'socket.io'].map((other) =>
          ratios[other] ? range(ratios[other]) : '1',
        ),
        Math.round(perSecond),
        `${Math.round(utilisation * 100)} %`,
        p50Ms?.toFixed(2) ?? '-',
        '',
      ]
        .join(' | ')
        .trim(),
    ),
    '',
    'Targets: missed or met only when all of the interquartile range is.',
    '',
    '| workload | load | relay | beside | at most | |',
    '|---|---|---|---|---|---|',
    ...workloads.flatMap(({ name, load, targets }) =>
      targets.flatMap(({ of, to, atMost }) => {
        const ratio = rows.find(({ workload, relay }) => workload === name && relay === of)?.ratios[to];
        return ratio ? [`| ${name} | ${load} | ${of} | ${to} | ${atMost} | ${judge(ratio, atMost)} |`] : [];
      }),
    ),
  ].join('\n');
}
