import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { beforeAll, describe, expect, test } from 'vitest';
import { protocolSources, sourceOf } from './sources.ts';

/** The whole client as a page gets it: everything included, minified. */
async function bundle(): Promise<{ text: string; inputs: string[] }> {
  const { outputFiles, metafile } = await build({
    entryPoints: [sourceOf('sdk-client/src/index.ts')],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
    metafile: true,
    logLevel: 'silent',
    alias: protocolSources,
  });
  const inputs = Object.values(metafile.outputs).flatMap((output) =>
    Object.entries(output.inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  );
  return { text: outputFiles[0]!.text, inputs };
}

describe('the bundle of the whole client', () => {
  let text: string;
  let inputs: string[];
  beforeAll(async () => {
    ({ text, inputs } = await bundle());
  });

  // 8000 bytes without what cannot live elsewhere: the renewal of tokens (125), and the seams of the parts that pages load
  // where they want them: the outbox that is kept (110), history and a kept cursor (60).
  test('is at most 8.36 kB with gzip', () => {
    expect(gzipSync(text, { level: 9 }).length).toBeLessThanOrEqual(8360);
  });

  test('holds nothing but the client and the parts of the protocol that it needs', () => {
    expect(inputs.filter((path) => !/^(sdk-client|protocol)\/src\//.test(path))).toEqual([]);
    expect(inputs.length).toBeGreaterThan(15);
    expect(text).not.toMatch(/typebox|ajv/i);
  });

  test('holds nothing of the check for development', () => {
    expect(inputs.filter((path) => /development|sequence/.test(path))).toEqual([]);
    expect(text).not.toMatch(/R-[A-Z]+-\d/);
  });

  test('holds no code that a strict content security policy forbids', () => {
    expect(text).not.toMatch(/\beval\b|\bFunction\b|import\(/);
  });
});
