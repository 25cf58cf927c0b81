import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { stalePackages } from '../src/repository.ts';

const PACKAGES = ['protocol', 'sdk-client', 'sdk-relay', 'channel-plugin', 'examples/vue-chat'];
let root: string;

async function put(path: string, seconds: number) {
  const file = join(root, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, '');
  await utimes(file, seconds, seconds);
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'repository-'));
  for (const name of PACKAGES) {
    await put(`${name}/src/deep/index.ts`, 100);
    await put(`${name}/dist/index.js`, 200);
  }
});
afterEach(() => rm(root, { recursive: true }));

test('nothing is stale when every build is newer than its sources', async () => {
  expect(await stalePackages(root)).toEqual([]);
});

test('a package with a newer source is stale, and so is what is built from it', async () => {
  await put('protocol/src/deep/index.ts', 300);
  expect(await stalePackages(root)).toEqual([
    ['protocol'],
    ['sdk-client', 'sdk-relay', 'channel-plugin'],
    ['examples/vue-chat'],
  ]);
  await put('protocol/dist/index.js', 400);
  await put('sdk-relay/package.json', 300);
  expect(await stalePackages(root)).toEqual([['sdk-relay'], ['examples/vue-chat']]);
});

test('a package without a build is stale', async () => {
  await rm(join(root, 'examples/vue-chat/dist'), { recursive: true });
  expect(await stalePackages(root)).toEqual([['examples/vue-chat']]);
});

test('one old file among the built ones makes it stale: the build was cut short', async () => {
  await put('examples/vue-chat/dist/assets/old.js', 50);
  expect(await stalePackages(root)).toEqual([['examples/vue-chat']]);
});

test('tests do not count as sources', async () => {
  await put('sdk-client/test/a.test.ts', 900);
  expect(await stalePackages(root)).toEqual([]);
});
