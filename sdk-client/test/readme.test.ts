import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { clientAndRelay, store } from './client-and-relay.ts';
import { attached, delta, reply, turn } from './frames.ts';
import { protocolSources, sourceOf } from './sources.ts';

const setup = clientAndRelay();

describe('the README', async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  const [program = '', outbox = '', check = ''] = [...readme.matchAll(/```js\n(.*?)```/gs)].map(
    ([, code = '']) => code,
  );

  test('is at most 150 lines long, and its quick start 20', () => {
    expect(readme.trimEnd().split('\n').length).toBeLessThanOrEqual(150);
    expect(program.trimEnd().split('\n').length).toBeLessThanOrEqual(20);
  });

  test('shows a program that runs as it stands there', { timeout: 20_000 }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'client-readme-'));
    try {
      const file = join(folder, 'program.mjs');
      await build({
        stdin: { contents: program, resolveDir: import.meta.dirname },
        outfile: file,
        bundle: true,
        format: 'esm',
        platform: 'node',
        alias: { '@websocket-channel/sdk-client': sourceOf('sdk-client/src/index.ts'), ...protocolSources },
      });
      const child = spawn(process.execPath, [file], { env: { ...process.env, RELAY: setup.relay.url } });
      const printed = Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
      const connection = await setup.relay.nextConnection();
      expect(await connection.welcome()).toMatchObject({ source: 'alice' });
      await connection.next('attach');
      connection.send(attached());
      const { id, content } = await store(connection, 1);
      expect(content).toBe('Hello!');
      connection.send(
        turn('started', undefined, { events: [id] }),
        delta('rp1', 0, 'Hello, '),
        delta('rp1', 1, 'Alice'),
        reply('rp1', 2, { turn: 'tu1', content: 'Hello, Alice' }),
        turn('ended', 3, { events: [id] }),
      );
      const [output, errors, [code]] = await printed;
      expect({ code, errors }).toEqual({ code: 0, errors: '' });
      expect(output).toContain('participant: Hello! sent');
      expect(output).toContain('… Hello, ');
      expect(output).toContain("outcome: 'completed'");
      expect(output).toContain("text: 'Hello, Alice'");
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test.each([true, false])(
    'shows a check that a page loads in development alone: %s',
    async (development) => {
      const { metafile } = await build({
        stdin: { contents: `${program}\n${check}`, resolveDir: import.meta.dirname },
        outdir: 'out',
        write: false,
        metafile: true,
        bundle: true,
        splitting: true,
        minifySyntax: true,
        format: 'esm',
        platform: 'node',
        define: { 'import.meta.env.DEV': String(development) },
        alias: {
          '@websocket-channel/sdk-client/development': sourceOf('sdk-client/src/development.ts'),
          '@websocket-channel/sdk-client': sourceOf('sdk-client/src/index.ts'),
          ...protocolSources,
        },
      });
      const inputs = Object.values(metafile.outputs).flatMap((output) => Object.keys(output.inputs));
      expect(inputs.some((path) => path.endsWith('sdk-client/src/development.ts'))).toBe(development);
    },
  );

  test('shows an outbox whose code a bundler finds, apart from the client', async () => {
    const { metafile } = await build({
      stdin: {
        contents: `import { createClient } from '@websocket-channel/sdk-client';\nconst fetchToken = () => '';\n${outbox}`,
        resolveDir: import.meta.dirname,
      },
      write: false,
      metafile: true,
      bundle: true,
      format: 'esm',
      alias: {
        '@websocket-channel/sdk-client/indexeddb': sourceOf('sdk-client/src/indexeddb.ts'),
        '@websocket-channel/sdk-client': sourceOf('sdk-client/src/index.ts'),
        ...protocolSources,
      },
    });
    expect(Object.keys(metafile.inputs)).toContain('sdk-client/src/indexeddb-storage.ts');
  });
});
