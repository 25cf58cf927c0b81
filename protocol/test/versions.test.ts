import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { brokenPromises, changedFiles, refusedByOldReaders, releasesIn } from './releases.ts';
import { readVectors } from './vector-files.ts';

const root = join(import.meta.dirname, '..');

/** Freezes a version in a copy of what the command reads and writes. */
function release(folder: string, version: string): string {
  return execFileSync(process.execPath, [join(folder, 'scripts', 'release-schema.ts'), version], {
    encoding: 'utf8',
    stdio: 'pipe',
  });
}

/** Changes a file as a hand might that should not. */
function edit(path: string, from: string | RegExp, to: string): void {
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, text.replace(from, to));
  expect(readFileSync(path, 'utf8')).not.toBe(text);
}

describe('a release', { timeout: 60_000 }, () => {
  let copy: string;
  let v1: string;
  beforeAll(() => {
    copy = mkdtempSync(join(tmpdir(), 'release-'));
    for (const part of [
      'scripts/release-schema.ts',
      'scripts/frozen-folder.ts',
      'schema/draft',
      'vectors',
      'package.json',
    ]) {
      cpSync(join(root, part), join(copy, part), { recursive: true });
    }
    expect(release(copy, 'v1')).toMatch(/^schema\/v1: \d+ files\n$/);
    v1 = join(copy, 'schema', 'v1');
  });
  afterAll(() => rmSync(copy, { recursive: true }));

  test('holds each schema of the draft under an id of its own, and the vectors', () => {
    const names = (folder: string): string[] => readdirSync(folder).filter((name) => name.endsWith('.json'));
    expect(names(v1)).toEqual([...names(join(root, 'schema', 'draft')), 'hashes.json'].toSorted());
    expect(names(join(v1, 'vectors'))).toEqual(names(join(root, 'vectors')));
    for (const name of names(v1)) expect(readFileSync(join(v1, name), 'utf8')).not.toContain(':draft:');
    expect(JSON.parse(readFileSync(join(v1, 'ping.json'), 'utf8'))).toMatchObject({
      $id: 'urn:websocket-channel:schema:v1:ping',
    });
  });

  test('is as it was released', () => {
    expect(changedFiles(v1)).toEqual([]);
  });

  test('is not made twice', () => {
    expect(() => release(copy, 'v1')).toThrow('v1 is released, and never changes again');
  });

  test.each(['', 'draft', '../v2', 'v0', '1'])('is not made under the name %j', (version) => {
    expect(() => release(copy, version)).toThrow('Name the version');
  });

  test('serves readers and writers of today and of its day alike', () => {
    expect(brokenPromises(v1)).toEqual([]);
    expect(refusedByOldReaders(v1)).toEqual([]);
  });

  describe('that somebody touched', () => {
    let touched: string;
    beforeAll(() => {
      expect(release(copy, 'v1.1')).toContain('schema/v1.1');
      touched = join(copy, 'schema', 'v1.1');
      edit(join(touched, 'bye.json'), '1024', '1025');
      rmSync(join(touched, 'pong.json'));
      writeFileSync(join(touched, 'extra.json'), '{}');
    });

    test('is found out', () => {
      expect(changedFiles(touched).toSorted()).toEqual(['bye.json', 'extra.json', 'pong.json']);
      expect(releasesIn(join(copy, 'schema'))).toEqual([v1, touched]);
    });
  });

  describe('whose promise a change breaks', () => {
    let older: string;
    beforeAll(() => {
      release(copy, 'v1.2');
      older = join(copy, 'schema', 'v1.2');
    });

    test('because a frame that was legal no longer is', () => {
      // As if `bye` had not needed a reason then.
      edit(
        join(older, 'vectors', 'valid.json'),
        '\n{',
        '\n{"name":"a bye without reason","direction":"client-to-relay","frame":{"type":"bye"},"expect":{"status":"frame"},"requirement":"R-FRAME-10"},\n{',
      );
      expect(brokenPromises(older)).toMatchObject([{ name: 'a bye without reason' }]);
    });

    test('because a frame of today is none for the readers of then', () => {
      const farewell = {
        ...readVectors('valid')[0]!,
        name: 'a bye without reason',
        direction: 'client-to-relay',
        text: '{"type":"bye"}',
      } as const;
      expect(refusedByOldReaders(v1, [farewell])).toHaveLength(4);
    });

    test('but not because a type has been learnt since', () => {
      edit(
        join(older, 'vectors', 'tolerant.json'),
        '\n{',
        '\n{"name":"bye was unknown","direction":"client-to-relay","frame":{"type":"bye","reason":"done"},"expect":{"status":"unknown","type":"bye"},"requirement":"R-FRAME-2"},\n{',
      );
      expect(brokenPromises(older)).not.toContainEqual(expect.objectContaining({ name: 'bye was unknown' }));
    });
  });
});

describe('every released version', { timeout: 60_000 }, () => {
  test('is as it was released, and still served', () => {
    const verdicts = releasesIn(join(root, 'schema')).map((folder) => ({
      folder,
      changed: changedFiles(folder),
      broken: brokenPromises(folder),
      refused: refusedByOldReaders(folder),
    }));
    expect(verdicts).toEqual(
      verdicts.map(({ folder }) => ({ folder, changed: [], broken: [], refused: [] })),
    );
  });
});
