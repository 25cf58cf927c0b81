import { type Profile, type Requirement, requirements, type Subject } from '../requirements.ts';

/** What a run says of one requirement. */
export type Verdict = 'pass' | 'fail' | 'not applicable' | 'not tested';

/** Why a requirement got its verdict. */
export interface Evidence {
  readonly verdict: Verdict;
  /** The scenario, or what was observed beside it. */
  readonly scenario: string;
  readonly reason?: string;
  readonly expected?: string;
  readonly came?: string;
  readonly trace?: readonly string[];
  /** How long the scenario took, in milliseconds. */
  readonly ms?: number;
}

/** A requirement with its verdict: of all that was found, the worst. */
export interface Result extends Requirement {
  readonly verdict: Verdict;
  readonly evidence: readonly Evidence[];
}

/** Collects what scenarios and observers find. */
export interface Verdicts {
  add(requirement: string, evidence: Evidence): void;
  /** Takes note that traffic on which the requirement could have been broken was seen. */
  seen(requirement: string): void;
  isSeen(requirement: string): boolean;
  results(): Result[];
}

const order: readonly Profile[] = ['core', 'reliable', 'rich'];

/** The requirements that a profile holds for a subject. */
export const requirementsOf = (subject: Subject, profile: Profile): Requirement[] =>
  requirements.filter(
    ({ subjects, profile: own }) =>
      subjects.includes(subject) && order.indexOf(own) <= order.indexOf(profile),
  );

const severity: readonly Verdict[] = ['fail', 'pass', 'not applicable', 'not tested'];

/** @param selected The requirements to be judged; what breaks others of the same profile is reported too. */
export function createVerdicts(bound: readonly Requirement[], selected: ReadonlySet<string>): Verdicts {
  const found = new Map<string, Evidence[]>();
  const observed = new Set<string>();
  const ids = new Set(bound.map(({ id }) => id));
  return {
    add(requirement, evidence) {
      if (!ids.has(requirement)) return;
      const known = found.get(requirement) ?? [];
      found.set(requirement, [...known, evidence]);
    },
    seen: (requirement) => void observed.add(requirement),
    isSeen: (requirement) => observed.has(requirement),
    results: () =>
      bound.flatMap((requirement) => {
        const evidence = found.get(requirement.id) ?? [];
        const failed = evidence.some(({ verdict }) => verdict === 'fail');
        if (!selected.has(requirement.id) && !failed) return [];
        return [{ ...requirement, ...judge(requirement.id, evidence, observed) }];
      }),
  };
}

function judge(
  id: string,
  evidence: readonly Evidence[],
  observed: ReadonlySet<string>,
): Pick<Result, 'verdict' | 'evidence'> {
  const verdict = severity.find((candidate) => evidence.some((item) => item.verdict === candidate));
  if (verdict !== undefined && verdict !== 'not tested') return { verdict, evidence };
  if (observed.has(id)) {
    return { verdict: 'pass', evidence: [{ verdict: 'pass', scenario: 'Held in all traffic of this run' }] };
  }
  if (verdict !== undefined) return { verdict, evidence };
  const reason = 'No scenario of this run shows it';
  return { verdict: 'not tested', evidence: [{ verdict: 'not tested', scenario: '', reason }] };
}
