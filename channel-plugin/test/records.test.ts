import { mkdirSync, readdirSync, readFileSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Change, createRecords, type Shelf } from '../src/records.ts';
import { newRecordsFile, openRecords } from './support/new-records.ts';

const put = (key: string, value = '', shelf: Shelf = 'turns') => ({ shelf, key, value });
const drop = (key: string, shelf: Shelf = 'turns') => ({ shelf, key, value: undefined });

describe('records', () => {
  it('are there after a crash, in the order in which they came', () => {
    const file = newRecordsFile();
    const records = openRecords(file);
    expect(records.write(put('b', '1'), put('a', '2'), put('x', '', 'handled'))).toBe(true);
    records.write(put('c', '3'), drop('a'));
    records.write(put('b', 'changed'));
    const next = openRecords(file);
    expect(next.all('turns')).toEqual([
      ['b', 'changed'],
      ['c', '3'],
    ]);
    expect(next.all('handled')).toEqual([['x', '']]);
    expect(next.all('frames')).toEqual([]);
  });

  it('wait for the disk with what the relay is told, and with nothing else', () => {
    const records = openRecords(newRecordsFile());
    const exec = vi.spyOn(DatabaseSync.prototype, 'exec');
    onTestFinished(() => exec.mockRestore());
    const statements = (...changes: readonly Change[]) => {
      exec.mockClear();
      records.write(...changes);
      return exec.mock.calls.map(([statement]) => statement);
    };
    expect(statements(put('a'), put('b', '', 'frames'))).toEqual(['BEGIN IMMEDIATE', 'COMMIT']);
    expect(statements(put('a'), put('x', '', 'handled'))).toEqual([
      'PRAGMA synchronous = FULL',
      'BEGIN IMMEDIATE',
      'COMMIT',
      'PRAGMA synchronous = NORMAL',
    ]);
  });

  it('are for the user of the Gateway alone', () => {
    const file = newRecordsFile();
    openRecords(file).write(put('a'));
    const modes = readdirSync(dirname(file)).map((name) => statSync(`${dirname(file)}/${name}`).mode & 0o077);
    expect(modes.length).toBeGreaterThan(1);
    expect(new Set(modes)).toEqual(new Set([0]));
    expect(statSync(dirname(file)).mode & 0o077).toBe(0);
  });

  it('wait in memory while the disk refuses them, and are written when it does no longer', () => {
    const file = newRecordsFile();
    const troubles: (string | undefined)[] = [];
    mkdirSync(file, { recursive: true });
    const records = openRecords(file);
    records.watch((trouble) => troubles.push(trouble));
    expect(records.write(put('a'), put('b'))).toBe(false);
    expect(records.write(drop('a'), put('c'))).toBe(false);
    expect(troubles).toEqual([expect.stringMatching(/EISDIR/)]);
    expect(records.trouble).toMatch(/EISDIR/);
    rmdirSync(file);
    expect(records.write(put('d'))).toBe(true);
    expect(troubles).toEqual([expect.stringMatching(/EISDIR/), undefined]);
    expect(
      openRecords(file)
        .all('turns')
        .map(([key]) => key),
    ).toEqual(['b', 'c', 'd']);
  });

  it('wait while another process holds the file', () => {
    const file = newRecordsFile();
    const records = openRecords(file);
    records.write(put('a'));
    const other = new DatabaseSync(file);
    onTestFinished(() => other.close());
    other.exec('BEGIN IMMEDIATE');
    expect(records.write(put('b'))).toBe(false);
    expect(records.trouble).toMatch(/locked/);
    other.exec('COMMIT');
    expect(records.write()).toBe(true);
    expect(
      openRecords(file)
        .all('turns')
        .map(([key]) => key),
    ).toEqual(['a', 'b']);
  });

  it('put a damaged file aside', () => {
    const file = newRecordsFile();
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, 'This is no database, and long enough to be sure of it. '.repeat(50));
    const aside: string[] = [];
    const records = createRecords(file, (path) => aside.push(path));
    onTestFinished(() => records.close());
    expect(aside).toEqual([expect.stringMatching(/agent\.sqlite\.damaged-\d+$/)]);
    expect(statSync(aside[0]!).size).toBeGreaterThan(1000);
    expect(records.write(put('a'))).toBe(true);
  });

  it('put a file aside of which a part is damaged', () => {
    const file = newRecordsFile();
    const earlier = openRecords(file);
    for (let index = 0; index < 200; index += 1) earlier.write(put(`k${index}`, 'x'.repeat(500), 'frames'));
    earlier.close();
    const bytes = readFileSync(file);
    bytes.fill(0xff, bytes.length / 2, bytes.length / 2 + 8192);
    writeFileSync(file, bytes);
    const aside: string[] = [];
    const records = createRecords(file, (path) => aside.push(path));
    onTestFinished(() => records.close());
    expect(aside).toHaveLength(1);
    expect([records.all('frames'), records.trouble]).toEqual([[], undefined]);
  });

  it('leave the file of a newer version untouched', () => {
    const file = newRecordsFile();
    openRecords(file).write(put('a'));
    const newer = new DatabaseSync(file);
    newer.exec('PRAGMA user_version = 2');
    newer.close();
    const records = openRecords(file);
    expect(records.trouble).toMatch(/newer version/);
    expect(records.all('turns')).toEqual([]);
    expect(records.write(put('b'))).toBe(false);
    const found = new DatabaseSync(file);
    onTestFinished(() => found.close());
    expect(found.prepare('SELECT key FROM kept').all()).toEqual([{ key: 'a' }]);
  });

  it('take nothing once they are closed', () => {
    const file = newRecordsFile();
    const records = openRecords(file);
    records.close();
    expect(records.write(put('a'))).toBe(false);
    expect(openRecords(file).all('turns')).toEqual([]);
  });
});
