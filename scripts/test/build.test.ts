import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { buildPackages, builds } from '../build.mjs';

let root: string;

const write = (path: string, text: string) => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};

/** Builds, and tells which packages were built. */
async function build(): Promise<string[]> {
  write('log', '');
  await buildPackages(root, { ...process.env, BUILD_LOG: join(root, 'log') });
  return readFileSync(join(root, 'log'), 'utf8').split('\n').filter(Boolean);
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'build-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  write('package.json', JSON.stringify({ private: true, workspaces: builds }));
  for (const name of builds) {
    const program = `const fs = require('fs'); fs.mkdirSync('dist', { recursive: true }); fs.appendFileSync(process.env.BUILD_LOG, '${name}\\n')`;
    write(`${name}/build.cjs`, program);
    write(`${name}/package.json`, JSON.stringify({ name, scripts: { build: 'node build.cjs' } }));
    write(`${name}/src/index.ts`, '');
  }
});

test('builds what was never built, in the order of dependencies, and then nothing', {
  timeout: 30_000,
}, async () => {
  expect(await build()).toEqual(builds);
  expect(await build()).toEqual([]);
});

test('builds a changed package and those after it', { timeout: 30_000 }, async () => {
  await build();
  write('sdk-relay/src/new/file.ts', 'export {};');
  expect(await build()).toEqual(['sdk-relay', 'examples/vue-chat', 'channel-plugin']);
});

test('builds again what lost its build', { timeout: 30_000 }, async () => {
  await build();
  rmSync(join(root, 'sdk-client', 'dist'), { recursive: true });
  expect(await build()).toEqual(['sdk-client']);
});

test('fails where a build fails, and tries again the next time', { timeout: 30_000 }, async () => {
  write('protocol/src/index.ts', 'changed');
  write('protocol/build.cjs', 'process.exit(3)');
  await expect(build()).rejects.toThrow('building protocol failed (exit code 3)');
  await expect(build()).rejects.toThrow('building protocol failed (exit code 3)');
});
