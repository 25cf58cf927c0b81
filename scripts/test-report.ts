import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const root = join(import.meta.dirname, '..');

/** A test as vitest reports it. */
export interface TestOutcome {
  /** Relative to the root of the repository. */
  readonly file: string;
  /** Its groups and its own title, parted by spaces. Empty for what failed outside of a test. */
  readonly title: string;
  readonly passed: boolean;
  /** What was expected and what was there instead, without the stack. Empty when it passed. */
  readonly failure: string;
}

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages?: readonly string[];
    }[];
  }[];
}

/**
 * Reads what vitest's `json` reporter wrote. A test that was skipped has not passed, and a file that failed by itself, such
 * as one that does not load, counts as one more.
 *
 * @throws {Error} The file is missing or is no JSON: vitest did not come to its end.
 */
export function readReport(path: string): readonly TestOutcome[] {
  const { testResults } = JSON.parse(readFileSync(path, 'utf8')) as Report;
  return testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(root, name).replaceAll('\\', '/');
    const tests = assertionResults.map(({ status, fullName, failureMessages = [] }) => ({
      file,
      title: fullName,
      passed: status === 'passed',
      failure: status === 'failed' ? failureMessages.map(withoutStack).join('\n') : '',
    }));
    const failedByItself = status === 'failed' && tests.every(({ failure }) => failure === '');
    return failedByItself
      ? [...tests, { file, title: '', passed: false, failure: withoutStack(message) }]
      : tests;
  });
}

const withoutStack = (message: string): string => message.split(/\n\s+at /, 1)[0] ?? '';
