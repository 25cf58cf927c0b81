import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isPageStale } from '../src/repository.ts';

let root: string;

async function put(path: string, seconds: number) {
  const file = join(root, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, '');
  await utimes(file, seconds, seconds);
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'repository-'));
  await put('examples/vue-chat/src/deep/app.ts', 100);
  await put('examples/vue-chat/index.html', 100);
  await put('sdk-client/dist/index.js', 100);
  await put('examples/vue-chat/dist/index.html', 200);
  await put('examples/vue-chat/dist/assets/app.js', 200);
});
afterEach(() => rm(root, { recursive: true }));

test('the page is fresh when its build is newer than its sources', async () => {
  expect(await isPageStale(root)).toBe(false);
});

test.each(['examples/vue-chat/src/deep/app.ts', 'examples/vue-chat/index.html', 'sdk-client/dist/index.js'])(
  'the page is stale after a change of %s',
  async (source) => {
    await put(source, 300);
    expect(await isPageStale(root)).toBe(true);
  },
);

test('the page is stale without a build', async () => {
  await rm(join(root, 'examples/vue-chat/dist'), { recursive: true });
  expect(await isPageStale(root)).toBe(true);
});

test('the page is stale with one old file in its build, which was cut short', async () => {
  await put('examples/vue-chat/dist/assets/old.js', 50);
  expect(await isPageStale(root)).toBe(true);
});

test('tests of the page do not count as sources', async () => {
  await put('examples/vue-chat/test/app.test.ts', 900);
  expect(await isPageStale(root)).toBe(false);
});
