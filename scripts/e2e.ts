/**
 * `npm run e2e`: runs the tests that need a real Gateway and the others that prove what the channel plugin can do, and prints
 * how each capability stands. Arguments choose files, as vitest's do; `--page` writes docs/capabilities.md and runs nothing.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { capabilities } from './capabilities.ts';
import { pageOf, standingOf, tableOf } from './capability-table.ts';
import { readReport } from './test-report.ts';

const root = join(import.meta.dirname, '..');

if (process.argv.includes('--page')) writeFileSync(join(root, 'docs/capabilities.md'), pageOf(capabilities));
else run(process.argv.slice(2));

function run(files: readonly string[]): void {
  const folder = mkdtempSync(join(tmpdir(), 'websocket-channel-e2e-'));
  const report = join(folder, 'report.json');
  const proofs = new Set(capabilities.flatMap((capability) => capability.proofs.map(([file]) => file)));
  const { status } = spawnSync(
    'vitest',
    [
      ...['run', '--project', 'e2e', '--project', 'node', '--reporter=default', '--reporter=json'],
      `--outputFile.json=${report}`,
      ...(files.length > 0 ? files : ['e2e/test', ...proofs]),
    ],
    { stdio: 'inherit', cwd: root },
  );
  try {
    const outcomes = readReport(report);
    console.log(tableOf(capabilities, outcomes).join('\n'));
    const standings = capabilities.map((capability) => standingOf(capability, outcomes));
    const wrong = standings.filter((standing) => standing === 'missing' || standing === 'failed').length;
    const skipped = files.length === 0 && standings.includes('not run');
    process.exitCode = status || (wrong > 0 || skipped ? 1 : 0);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
