import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Writes files into a new folder, beside `hashes.json` with the SHA-256 of each, by which a later change is found out.
 *
 * @throws {Error} If the folder exists: what is released never changes again.
 */
export function writeFrozenFolder(folder: string, files: ReadonlyMap<string, string>): void {
  if (existsSync(folder)) throw new Error(`${folder} is released, and never changes again`);
  const hashes = Object.fromEntries(
    [...files].map(([name, text]) => [name, createHash('sha256').update(text).digest('hex')]),
  );
  for (const [name, text] of [...files, ['hashes.json', `${JSON.stringify(hashes, null, 2)}\n`] as const]) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

/** The JSON files of a folder, each under its name with a prefix. */
export const jsonFiles = (folder: string, prefix = ''): [string, string][] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => [prefix + name, readFileSync(join(folder, name), 'utf8')]);
