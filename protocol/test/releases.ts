import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { publishedSchemas } from './plain-ajv.ts';
import { difference, parsers, withoutNulls } from './reading.ts';
import { readVectors } from './vector-files.ts';

/** The folders of released versions, oldest first. */
export const releasesIn = (schemaFolder: string): string[] =>
  readdirSync(schemaFolder)
    .filter((name) => /^v\d/.test(name))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map((name) => join(schemaFolder, name));

/** What of a release is not as it was released: files changed, gone or added. */
export function changedFiles(release: string): string[] {
  const hashes: Record<string, string> = JSON.parse(readFileSync(join(release, 'hashes.json'), 'utf8'));
  const present = readdirSync(release, { recursive: true, encoding: 'utf8' }).filter((name) =>
    statSync(join(release, name)).isFile(),
  );
  const hashOf = (name: string): string | undefined =>
    existsSync(join(release, name))
      ? createHash('sha256')
          .update(readFileSync(join(release, name)))
          .digest('hex')
      : undefined;
  return [
    ...Object.entries(hashes).flatMap(([name, hash]) => (hashOf(name) === hash ? [] : [name])),
    ...present.filter((name) => name !== 'hashes.json' && !(name in hashes)),
  ];
}

/** What today's readers make of a released vector otherwise than it says: additions must leave this empty. */
export function brokenPromises(release: string): unknown[] {
  const released = (['valid', 'tolerant', 'invalid'] as const).flatMap((kind) =>
    readVectors(kind, join(release, 'vectors')),
  );
  return released.filter((vector) => {
    // A type that nobody sent this way may be sent now.
    const { status, type } = vector.expect;
    const learnt =
      status === 'unknown' && parsers[vector.direction](`{"type":"${type}"}`).status !== 'unknown';
    return !learnt && difference(vector).length > 0;
  });
}

/** Which of today's legal frames a reader that holds a released version's schemas refuses: additions must leave this empty. */
export function refusedByOldReaders(
  release: string,
  todays = [...readVectors('valid'), ...readVectors('tolerant')],
): unknown[] {
  const validators = publishedSchemas(release);
  return todays.flatMap(({ name, direction, text }) => {
    const frame = withoutNulls(JSON.parse(text)) as object;
    return validators
      .map((validate) => validate(direction, frame))
      .filter((verdict) => verdict !== undefined && verdict.length > 0)
      .map((verdict) => ({ name, verdict }));
  });
}
