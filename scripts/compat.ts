/**
 * `npm run compat -- 2026.9.4 2026.9.6`: installs the packed plugin into published versions of OpenClaw, runs the core of the
 * plugin's tests in a real Gateway of each, and writes how it went to docs/compatibility.md. Versions that are not named keep
 * their row.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packPlugin } from '../examples/full-chain/src/repository.ts';

const root = join(import.meta.dirname, '..');
const cache = join(root, '.compat');
const page = join(root, 'docs/compatibility.md');
/** Installation, access, sessions, commands, streaming, messages of every kind, approvals. */
const suites = ['e2e/test/plugin-access.test.ts', 'e2e/test/plugin-rich.test.ts'];

const versions = process.argv.slice(2);
if (
  versions.length === 0 ||
  !versions.every((version) => /^\d{4}\.\d{1,2}\.\d{1,2}(-[\w.]+)?$/.test(version))
) {
  console.error('Usage: npm run compat -- <version of OpenClaw> …, such as 2026.9.6');
  process.exit(2);
}

const { openclaw } = JSON.parse(await readFile(join(root, 'channel-plugin/package.json'), 'utf8'));
const least: string = openclaw.install.minHostVersion.replace('>=', '');
const byVersion = (a: string, b: string): number => a.localeCompare(b, undefined, { numeric: true });
const plugin = await packPlugin(join(cache, 'plugin'));
const rows = await readRows();
for (const version of versions) {
  rows.set(version, await rowOf(version));
  await writePage();
}
if (versions.some((version) => !rows.get(version)?.includes('| 0 |'))) process.exitCode = 1;

async function rowOf(version: string): Promise<string> {
  if (byVersion(version, least) < 0) return `| ${version} | 0 | 0 | refused: the plugin needs ${least} |`;
  const folder = join(cache, version);
  const command = join(folder, 'node_modules/openclaw/openclaw.mjs');
  await mkdir(folder, { recursive: true });
  if (!(await exists(command))) {
    await writeFile(join(folder, 'package.json'), '{"private":true}');
    await run('npm', ['install', '--no-audit', '--no-fund', '--save-exact', `openclaw@${version}`], folder);
  }
  const report = join(folder, 'report.json');
  await rm(report, { force: true });
  await run(
    'npx',
    [
      'vitest',
      'run',
      '--project',
      'e2e',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
      ...suites,
    ],
    root,
    { OPENCLAW_COMMAND: command, PLUGIN_FILE: plugin },
  );
  const {
    numPassedTests: passed,
    numTotalTests: total,
    testResults,
  } = JSON.parse(await readFile(report, 'utf8'));
  const failed: string[] = testResults.flatMap(
    (file: { assertionResults: { status: string; fullName: string }[] }) =>
      file.assertionResults.filter(({ status }) => status !== 'passed').map(({ fullName }) => fullName),
  );
  return `| ${version} | ${passed} | ${total - passed} | ${failed.join('; ') || 'none'} |`;
}

async function run(
  file: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = {},
): Promise<void> {
  const child = spawn(file, args, { cwd, env: { ...process.env, ...env }, stdio: 'inherit' });
  await once(child, 'exit');
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

async function readRows(): Promise<Map<string, string>> {
  const text = await readFile(page, 'utf8').catch(() => '');
  return new Map([...text.matchAll(/^\| (\d[\w.-]*) \|.*$/gm)].map(([row, version = '']) => [version, row]));
}

async function writePage(): Promise<void> {
  const sorted = [...rows].sort(([a], [b]) => byVersion(b, a));
  const text = `# Versions of OpenClaw

The channel plugin needs OpenClaw ${least} or later. This is what the core of its tests says in a real Gateway of each version, as
\`npm run compat -- <version> …\` wrote it: the packed plugin is installed with OpenClaw's command line, and goes through access,
sessions, commands, messages of every kind and approvals. The rest of its tests runs on the newest version in each run of
\`npm test\`; [capabilities.md](capabilities.md) lists them.

| OpenClaw | passed | failed | which failed |
|---|---|---|---|
${sorted.map(([, row]) => row).join('\n')}
`;
  await mkdir(join(root, 'docs'), { recursive: true });
  await writeFile(page, text);
  console.log(text);
}
