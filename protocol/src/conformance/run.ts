import type { Profile, Requirement, Subject } from '../requirements.ts';
import type { Setting } from './connection.ts';
import { play, type Scenario, type Stage } from './scenario.ts';
import { NotApplicable, NotTested, Unmet } from './unmet.ts';
import { type Chance, createChance } from './variables.ts';
import { createVerdicts, type Evidence, type Result, requirementsOf, type Verdicts } from './verdicts.ts';

/** How a run is done, whatever is tested. */
export interface RunOptions {
  readonly profile: Profile;
  /** Ids of the requirements to test, or their topics, such as `R-ACK`; absent tests all of the profile. */
  readonly only?: readonly string[];
  /** Settles everything that is left to chance. */
  readonly seed: number;
  /** How long to wait for anything, in milliseconds. */
  readonly timeoutMs: number;
  /** Told about each scenario when it has ended. */
  readonly onScenario?: (title: string, evidence: Evidence) => void;
}

/** A run in progress. */
export interface Run<S extends Stage> {
  readonly setting: Setting;
  readonly verdicts: Verdicts;
  readonly chance: Chance;
  /** The scenarios that it takes. */
  readonly scenarios: readonly Scenario<S>[];
  /** A word that no other scenario of any run has. */
  tag(): string;
  /** Plays a scenario on a stage of its own, and takes down what came of it. */
  perform(scenario: Scenario<S>, makeStage: () => Promise<S>): Promise<void>;
  /** Ends the run before its scenarios, since the subject answers as none should. */
  fail(error: Unmet): Result[];
  results(): Result[];
}

/** Prepares a run: which scenarios it takes, and where their verdicts go. */
export function createRun<S extends Stage & { end(): void | Promise<void> }>(
  subject: Subject,
  all: readonly Scenario<S>[],
  options: RunOptions,
): Run<S> {
  const bound = requirementsOf(subject, options.profile);
  const selected = selection(bound, options.only);
  const verdicts = createVerdicts(bound, selected);
  const setting: Setting = { verdicts, timeoutMs: options.timeoutMs, restUntil: 0 };
  const word = `${Date.now().toString(36)}${options.seed.toString(36)}`;
  let tags = 0;

  async function perform(scenario: Scenario<S>, makeStage: () => Promise<S>): Promise<void> {
    const since = Date.now();
    const note = (requirement: string, evidence: Omit<Evidence, 'scenario' | 'ms'>) => {
      const full = { scenario: scenario.title, ms: Date.now() - since, ...evidence };
      verdicts.add(requirement, full);
      if (requirement === scenario.requirement) options.onScenario?.(scenario.title, full);
    };
    let stage: S | undefined;
    try {
      stage = await makeStage();
      await play(scenario, stage);
      note(scenario.requirement, { verdict: 'pass' });
    } catch (error) {
      for (const [requirement, evidence] of judge(error, scenario.requirement)) note(requirement, evidence);
    } finally {
      await stage?.end();
    }
  }

  return {
    setting,
    verdicts,
    chance: createChance(options.seed),
    scenarios: scenariosFor(all, bound, selected),
    tag: () => `${word}${(++tags).toString(36)}`,
    perform,
    fail({ requirement, expected, came, trace }) {
      const evidence = { verdict: 'fail', scenario: 'Comes in at all', expected, came, trace } as const;
      if (requirement !== undefined) verdicts.add(requirement, evidence);
      return verdicts.results();
    },
    results: () => verdicts.results(),
  };
}

/**
 * The ids that are asked for: a topic, such as `R-ACK`, stands for all of its own.
 *
 * @throws {RangeError} If there is none among those that bind the subject.
 */
function selection(bound: readonly Requirement[], only: readonly string[] | undefined): Set<string> {
  const ids = bound.map(({ id }) => id);
  const asked = only?.flatMap((name) => {
    const found = ids.filter((id) => id === name || id.startsWith(`${name}-`));
    if (found.length === 0) throw new RangeError(`No ${name} binds this subject in this profile`);
    return found;
  });
  return new Set(asked ?? ids);
}

/** What no scenario is about shows in the traffic of all of them. */
function scenariosFor<S>(
  all: readonly Scenario<S>[],
  bound: readonly Requirement[],
  selected: ReadonlySet<string>,
): Scenario<S>[] {
  const own = (id: string) => all.filter(({ requirement }) => requirement === id);
  const ids = [...selected].some((id) => own(id).length === 0) ? bound.map(({ id }) => id) : [...selected];
  return all.filter(({ requirement }) => ids.includes(requirement));
}

/** What the end of a scenario says of which requirement. */
function judge(error: unknown, requirement: string): [string, Omit<Evidence, 'scenario' | 'ms'>][] {
  if (error instanceof NotApplicable)
    return [[requirement, { verdict: 'not applicable', reason: error.message }]];
  if (error instanceof NotTested) return [[requirement, { verdict: 'not tested', reason: error.message }]];
  if (!(error instanceof Unmet)) throw error;
  const { expected, came, trace } = error;
  const failure = { verdict: 'fail', expected, came, trace } as const;
  if (error.requirement === undefined || error.requirement === requirement) return [[requirement, failure]];
  const reason = `${error.requirement} stands in the way: expected ${expected}; ${came}`;
  return [
    [error.requirement, failure],
    [requirement, { verdict: 'not tested', reason }],
  ];
}

/** Runs tasks side by side, at most so many at a time. */
export async function inParallel(tasks: readonly (() => Promise<void>)[], atATime: number): Promise<void> {
  const left = [...tasks];
  const worker = async () => {
    for (let task = left.shift(); task !== undefined; task = left.shift()) await task();
  };
  await Promise.all(Array.from({ length: Math.min(atATime, tasks.length) }, worker));
}
