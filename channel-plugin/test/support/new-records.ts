import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createRecords, type Records } from '../../src/records.ts';

/** A file for records that goes with the test. */
export function newRecordsFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'records-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'deep', 'agent.sqlite');
}

/** Opens records; nothing may be damaged. They are closed with the test. */
export function openRecords(file: string): Records {
  const records = createRecords(file, (aside) => {
    throw new Error(`damaged, put aside as ${aside}`);
  });
  onTestFinished(() => records.close());
  return records;
}

/** Records that go with the test. */
export const newRecords = (): Records => openRecords(newRecordsFile());
