/**
 * Freezes the draft as a released version: `release-schema v1` copies the schemas and the vectors to `schema/v1`, beside
 * the hash of each file. What is added later goes into a release of its own.
 */
import { join } from 'node:path';
import { jsonFiles, writeFrozenFolder } from './frozen-folder.ts';

const root = join(import.meta.dirname, '..');
const [version = ''] = process.argv.slice(2);

try {
  if (!/^v[1-9]\d*(\.[1-9]\d*)?$/.test(version)) {
    throw new Error('Name the version: release-schema v1, or v1.1 for an addition to v1');
  }
  const files = new Map([
    ...jsonFiles(join(root, 'schema', 'draft')).map(
      ([name, text]) => [name, text.replaceAll(':schema:draft:', `:schema:${version}:`)] as const,
    ),
    ...jsonFiles(join(root, 'vectors'), 'vectors/'),
  ]);
  writeFrozenFolder(join(root, 'schema', version), files);
  console.log(`schema/${version}: ${files.size} files`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
