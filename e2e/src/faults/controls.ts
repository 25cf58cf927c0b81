import type { Defect } from './chain.ts';
import type { ViolationKind } from './oracle.ts';
import { type RunResult, runFaults } from './run.ts';
import type { Blow, Fault } from './schedule.ts';
import type { Step } from './steps.ts';

/** A chain with one promise broken, under the blows that show it. */
export interface Control {
  readonly defect: Defect;
  /** What the oracle has to find, among others. */
  readonly finds: ViolationKind;
  readonly blow: Blow;
  readonly step: Step;
}

/** The negative controls: an oracle that finds nothing here finds nothing anywhere. */
export const controls: readonly Control[] = [
  {
    defect: 'dedupe-off',
    finds: 'doubled',
    step: 'event written',
    blow: { kind: 'duplicate', link: 'client', frames: 4 },
  },
  {
    defect: 'ack-before-append',
    finds: 'lost',
    step: 'event acknowledged',
    blow: { kind: 'kill', hop: 'relay', downMs: 0 },
  },
  {
    defect: 'cursor-ignored',
    finds: 'lost',
    step: 'event acknowledged',
    blow: { kind: 'kill', hop: 'client', downMs: 400 },
  },
];

/** Runs one negative control. */
export function runControl({ defect, step, blow }: Control, seed: number): Promise<RunResult> {
  const schedule = Array.from(
    { length: 3 },
    (_, index): Fault => ({
      number: index + 1,
      after: 2 + 4 * index,
      step,
      moment: 'before',
      choice: index,
      blow,
    }),
  );
  return runFaults({
    seed,
    messages: 16,
    store: 'sqlite',
    agent: 'protocol',
    schedule,
    defect,
    // A blow that misses its step shows nothing, nor does a chain that had no time to go on.
    stepPatienceMs: 10_000,
    patienceMs: 10_000,
    settlingMs: 1000,
  });
}
