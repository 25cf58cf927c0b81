import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readReport } from '../test-report.ts';

const name = join(import.meta.dirname, 'a.test.ts');
const file = 'scripts/test/a.test.ts';

async function reportWith(testResults: readonly object[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'websocket-channel-report-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'report.json');
  await writeFile(path, JSON.stringify({ testResults }));
  return path;
}

describe("reading vitest's report", () => {
  it('tells of each test whether it passed, and why not', async () => {
    const assertionResults = [
      { status: 'passed', fullName: 'a relay answers' },
      {
        status: 'failed',
        fullName: 'a relay waits',
        failureMessages: ['Error: expected 1 to be 2\nor 3\n    at a.test.ts:1:2\n    at b'],
      },
      { status: 'skipped', fullName: 'a relay sleeps' },
    ];
    const path = await reportWith([{ name, status: 'failed', message: '', assertionResults }]);
    expect(readReport(path)).toEqual([
      { file, title: 'a relay answers', passed: true, failure: '' },
      { file, title: 'a relay waits', passed: false, failure: 'Error: expected 1 to be 2\nor 3' },
      { file, title: 'a relay sleeps', passed: false, failure: '' },
    ]);
  });

  it('counts a file that failed by itself as one more', async () => {
    const message = 'SyntaxError: no such word\n    at a.test.ts:1:2';
    const path = await reportWith([{ name, status: 'failed', message, assertionResults: [] }]);
    expect(readReport(path)).toEqual([
      { file, title: '', passed: false, failure: 'SyntaxError: no such word' },
    ]);
  });

  it('throws when there is none', () => {
    expect(() => readReport('no/such/report.json')).toThrow('ENOENT');
  });
});
