import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { text } from 'node:stream/consumers';

/** A command that has to succeed. */
export interface Step {
  readonly name: string;
  readonly command: readonly string[];
  /** Show the output as it comes. @default false: shown only when the step fails */
  readonly live?: boolean;
}

/** How a step went. */
export interface Outcome {
  readonly step: Step;
  readonly passed: boolean;
  readonly seconds: number;
}

/**
 * Runs the steps, as many at once as there are processors, and then those with live output one after another; also those after a
 * failure: one run shows everything that is wrong.
 */
export async function runSteps(steps: readonly Step[]): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  const run = async (step: Step) => {
    if (step.live) console.log(`\n── ${step.name}`);
    const start = performance.now();
    const { code, output } = await runStep(step);
    const outcome = { step, passed: code === 0, seconds: (performance.now() - start) / 1000 };
    if (!outcome.passed && output) console.log(`\n── ${step.name}: ${step.command.join(' ')}\n${output}`);
    if (!step.live) console.log(lineOf(outcome));
    outcomes.push(outcome);
  };
  const quiet = steps.filter(({ live }) => !live).values();
  await Promise.all(
    Array.from({ length: availableParallelism() }, async () => {
      for (const step of quiet) await run(step);
    }),
  );
  for (const step of steps.filter(({ live }) => live)) await run(step);
  return outcomes;
}

/** Prints each step with its time, and makes this process fail when one of them did. */
export function summarise(outcomes: readonly Outcome[]): void {
  const all = `${'in all'.padEnd(36)}${process.uptime().toFixed(1).padStart(7)} s`;
  console.log(`\n${outcomes.map(lineOf).join('\n')}\n${all}`);
  if (outcomes.some(({ passed }) => !passed)) process.exitCode = 1;
}

const lineOf = ({ step, passed, seconds }: Outcome) =>
  `${passed ? 'ok    ' : 'FAILED'} ${step.name.padEnd(29)}${seconds.toFixed(1).padStart(7)} s`;

async function runStep({
  command: [file = '', ...args],
  live,
}: Step): Promise<{ code: number | null; output: string }> {
  const child = spawn(file, args, {
    stdio: ['ignore', live ? 'inherit' : 'pipe', live ? 'inherit' : 'pipe'],
    shell: process.platform === 'win32',
  });
  const outputs = [child.stdout, child.stderr].map((stream) => (stream ? text(stream) : ''));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output: (await Promise.all(outputs)).join('') };
}
