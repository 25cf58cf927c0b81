/**
 * Freezes the client SDK as it is built now: `freeze-client 0.1.0 [folder]` writes one module that holds the client and
 * the exercise of its day, and the vectors, to `compat/0.1.0`. Every relay to come is held to it.
 */
import { join } from 'node:path';
import { build } from 'esbuild';
import { jsonFiles, writeFrozenFolder } from './frozen-folder.ts';

const root = join(import.meta.dirname, '..');
const [version = '', folder = join(root, 'compat')] = process.argv.slice(2);

/** The built package, as a consumer has it. */
const program = `
import { createClient } from '@websocket-channel/sdk-client';
import { exercise } from './exercise.ts';
await exercise(createClient, process.argv[2], (step) => console.log(JSON.stringify(step)));
`;

try {
  if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)) throw new Error('Name the version: freeze-client 0.1.0');
  const bundled = await build({
    stdin: { contents: program, resolveDir: join(root, 'compat'), loader: 'js' },
    banner: {
      js: `// The client SDK ${version} with its exercise. Made by protocol/scripts/freeze-client.ts, and never changed.`,
    },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'es2022',
    write: false,
  });
  const files = new Map([
    ['client.mjs', bundled.outputFiles[0]!.text],
    ...jsonFiles(join(root, 'vectors'), 'vectors/'),
  ]);
  writeFrozenFolder(join(folder, version), files);
  console.log(`${version}: ${files.size} files`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
