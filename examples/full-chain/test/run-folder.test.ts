import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runCommand } from '../src/child.ts';
import { claimFolder } from '../src/run-folder.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'run-folder-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('a folder is claimed by one run at a time', async () => {
  const claim = await claimFolder(join(folder, 'new/.run'));
  expect(claim).toBeDefined();
  expect(await claimFolder(join(folder, 'new/.run'))).toBeUndefined();
  await claim?.release();
  expect(await claimFolder(join(folder, 'new/.run'))).toBeDefined();
});

test('the claim of a run that has ended without releasing it is void', async () => {
  const ended = await runCommand({ name: 'a run', file: process.execPath, args: ['-p', 'process.pid'] });
  await writeFile(join(folder, 'pid'), ended.stdout.trim());
  expect(await claimFolder(folder)).toBeDefined();
});

test('an unreadable claim is void', async () => {
  await writeFile(join(folder, 'pid'), 'nonsense');
  expect(await claimFolder(folder)).toBeDefined();
});
