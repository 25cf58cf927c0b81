/** `npm test`: all that CI runs. Its last line is the total of the tests; a step that fails without any counts as one. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkSteps } from './check-steps.ts';
import { runSteps, type Step, summarise } from './steps.ts';

const folder = mkdtempSync(join(tmpdir(), 'websocket-channel-test-'));
const reportOf = (project: string) => join(folder, `${project}.json`);

const testSteps = new Map<Step, string>(
  ['node', 'browser', 'e2e'].map((project) => [
    {
      name: `tests: ${project}`,
      live: true,
      command: [
        ...['vitest', 'run', '--project', project, '--reporter=default', '--reporter=json'],
        `--outputFile.json=${reportOf(project)}`,
      ],
    },
    project,
  ]),
);

const outcomes = await runSteps([
  ...checkSteps,
  { name: 'API reference', command: ['typedoc'] },
  ...testSteps.keys(),
]);
summarise(outcomes);

const total = { passed: 0, failed: 0 };
for (const { step, passed } of outcomes) {
  const project = testSteps.get(step);
  const tests = project === undefined ? { passed: 0, failed: 0 } : testsOf(project);
  total.passed += tests.passed;
  total.failed += Math.max(tests.failed, passed ? 0 : 1);
}
rmSync(folder, { recursive: true });
if (total.failed > 0) process.exitCode = 1;
console.log(`\n${total.passed} passed, ${total.failed} failed`);

/** Reads vitest's report. A test that was skipped counts as failed, as does a report that is missing. */
function testsOf(project: string): { passed: number; failed: number } {
  try {
    const { numTotalTests, numPassedTests } = JSON.parse(readFileSync(reportOf(project), 'utf8'));
    return { passed: numPassedTests, failed: numTotalTests - numPassedTests };
  } catch {
    return { passed: 0, failed: 1 };
  }
}
