/**
 * `npm run faults -- [--seed N] [--messages N] [--kills N] [--store memory|sqlite] [--agent protocol|gateway] [--controls]
 * [--json FILE]`: carries messages through the chain while its parts are killed, frozen and cut off, and fails if any
 * message or answer is lost, doubled or out of order.
 */
import { appendFileSync, writeFileSync } from 'node:fs';
import { controls, runControl } from './controls.ts';
import { type Options, parseOptions } from './options.ts';
import { planRuns } from './plan.ts';
import { type FinishedRun, summarise, table } from './report.ts';
import { type RunResult, runFaults } from './run.ts';
import { describeFault } from './schedule.ts';

const options = optionsOf(process.argv.slice(2));
const startedAt = performance.now();

if (options.controls) await runControls();
else await runAll();
// What a chain left behind must not keep a finished command alive.
process.exit();

function optionsOf(args: string[]): Options {
  try {
    const parsed = parseOptions(args);
    // A long run must not end with a file that cannot be written.
    if (parsed.json) appendFileSync(parsed.json, '');
    return parsed;
  } catch (error) {
    console.error((error as Error).message);
    process.exit(2);
  }
}

async function runAll(): Promise<void> {
  const finished: FinishedRun[] = [];
  for (const run of planRuns(options)) {
    const name = `${run.store} store, ${run.agent} agent`;
    let shown = 0;
    const result = await runFaults({
      ...run,
      onProgress(sent, struck) {
        if (sent - shown < run.messages / 20) return;
        shown = sent;
        console.error(
          `${name}: ${sent} of ${run.messages} messages, ${struck} of ${run.schedule.length} blows`,
        );
      },
    });
    finished.push({ run, result });
    if (result.violations.length > 0) explain(name, result);
  }
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  console.log(`\nSeed ${options.seed}, ${seconds} s:\n\n${table(finished)}`);
  if (options.json) writeFileSync(options.json, `${JSON.stringify(summarise(finished), null, 2)}\n`);
  if (finished.some(({ result }) => result.violations.length > 0)) process.exitCode = 1;
}

function explain(name: string, { violations, struck }: RunResult): void {
  console.error(`\n${name}: ${violations.length} promises broken; replay with --seed ${options.seed}`);
  for (const { kind, what } of violations) console.error(`  ${kind}: ${what}`);
  console.error('The blows, as they fell:');
  for (const { fault, at } of struck)
    console.error(`  ${Math.round(at - startedAt)} ms ${describeFault(fault)}`);
}

async function runControls(): Promise<void> {
  for (const control of controls) {
    const { violations } = await runControl(control, options.seed);
    const isCaught = violations.some(({ kind }) => kind === control.finds);
    console.log(
      `${control.defect}: ${isCaught ? 'caught' : 'NOT CAUGHT'}, ${violations.length} promises broken`,
    );
    for (const { kind, what } of violations.slice(0, 3)) console.log(`  ${kind}: ${what}`);
    if (!isCaught) process.exitCode = 1;
  }
}
