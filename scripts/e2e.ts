/** `npm run e2e`: runs the tests that need a real Gateway, and prints which capability each test proves. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

interface TestFile {
  readonly name: string;
  readonly assertionResults: readonly {
    readonly status: string;
    readonly title: string;
    readonly ancestorTitles: readonly string[];
  }[];
}

const folder = mkdtempSync(join(tmpdir(), 'websocket-channel-e2e-'));
const report = join(folder, 'report.json');
const { status } = spawnSync(
  'vitest',
  [
    ...['run', '--project', 'e2e', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    ...process.argv.slice(2),
  ],
  { stdio: 'inherit' },
);
try {
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as { testResults: readonly TestFile[] };
  for (const { name, assertionResults } of testResults) {
    console.log(`\n${basename(name)}`);
    for (const { status: outcome, title, ancestorTitles } of assertionResults) {
      const mark = outcome === 'passed' ? 'proved' : outcome;
      console.log(`  ${mark.padEnd(8)} ${ancestorTitles.join(', ').padEnd(32)} ${title}`);
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}
process.exitCode = status ?? 1;
