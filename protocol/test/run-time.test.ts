import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';

const source = join(import.meta.dirname, '..', 'src');
const entries = readdirSync(source).filter((name) =>
  /^(index|client|relay|agent|legacy|link)\.ts$/.test(name),
);

/** What a consumer of the package gets to load, minified. */
async function load(code: string): Promise<{ readonly text: string; readonly files: readonly string[] }> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: code, resolveDir: source, loader: 'ts' },
    bundle: true,
    minify: true,
    format: 'esm',
    write: false,
    metafile: true,
  });
  return { text: outputFiles[0]!.text, files: Object.keys(metafile.inputs) };
}

describe('at run time', () => {
  test('types cost nothing', async () => {
    const { text } = await load(`
      import type { Event, RelayToClient, Reply } from './index.ts';
      export type Shown = Event | Reply | Extract<RelayToClient, { type: 'turn' }>;`);
    expect(text.trim()).toBe('');
  });

  test('a constant costs itself', async () => {
    const { text } = await load(`export { closeCodes } from './index.ts';`);
    expect(text.length).toBeLessThan(500);
  });

  test.each(entries)('%s loads neither schemas nor anything of others', async (entry) => {
    const { files } = await load(`export * from './${entry}';`);
    expect(files.length).toBeGreaterThan(1);
    expect(files.filter((file) => /node_modules|src\/schema\//.test(file))).toEqual([]);
  });
});
