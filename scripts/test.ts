/**
 * `npm test`: all that CI runs. Ends with the tests that failed, each with its reason, and the total: whoever sees no more than
 * the end of the output knows what to look for. A step that fails without any test counts as one.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkSteps } from './check-steps.ts';
import { runSteps, type Step, summarise } from './steps.ts';
import { readReport, type TestOutcome } from './test-report.ts';

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
  const tests = project === undefined ? [] : outcomesOf(project);
  const failures = tests.filter((test) => !test.passed);
  for (const { file, title, failure } of failures) {
    console.log(`\nFAILED ${file} > ${title}\n${failure.replace(/^/gm, '       ')}`);
  }
  total.passed += tests.length - failures.length;
  total.failed += Math.max(failures.length, passed ? 0 : 1);
}
rmSync(folder, { recursive: true });
if (total.failed > 0) process.exitCode = 1;
console.log(`\n${total.passed} passed, ${total.failed} failed`);

function outcomesOf(project: string): readonly TestOutcome[] {
  try {
    return readReport(reportOf(project));
  } catch (error) {
    return [{ file: `tests: ${project}`, title: '', passed: false, failure: `No report: ${error}` }];
  }
}
