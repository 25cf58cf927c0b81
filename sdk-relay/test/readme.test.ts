import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runProgram } from './support/program.ts';
import { RawPeer } from './support/raw-peer.ts';

const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');

describe('the README', () => {
  it('shows a server that runs as it stands there', async () => {
    expect(readme.trimEnd().split('\n').length).toBeLessThanOrEqual(150);
    const [, program = ''] = /```js\n(.*?)```/s.exec(readme) ?? [];
    const folder = await mkdtemp(join(tmpdir(), 'relay-'));
    try {
      await writeFile(join(folder, 'server.mjs'), program);
      const server = await runProgram([join(folder, 'server.mjs')], { PORT: '0', AGENT_TOKEN: 'secret' });
      const url = `ws://127.0.0.1:${server.output().trim().replace('listening ', '')}`;
      const alice = await RawPeer.open(url, 'client', { origin: 'https://app.example' });
      alice.send({ type: 'hello', role: 'client', versions: [1], token: 'token-of-alice' });
      expect(await alice.nextFrame('welcome')).toMatchObject({
        identity: { source: 'alice', name: 'Alice' },
      });
      const agent = await RawPeer.open(`${url}/openclaw`, 'agent');
      agent.send({ type: 'hello', role: 'agent', versions: [1], token: 'secret' });
      await agent.nextFrame('welcome');
      server.child.kill('SIGTERM');
      expect((await alice.closed()).code).toBe(4503);
      expect(await server.exited).toBe(0);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('shows a store that can be had as it stands there', async () => {
    const [, program = ''] = /```ts\n(.*?)```/s.exec(readme) ?? [];
    const folder = await mkdtemp(join(tmpdir(), 'relay-'));
    try {
      const file = join(folder, 'relay.db');
      const here = program.replace('/var/lib/my-app/relay.db', file);
      await writeFile(join(folder, 'store.ts'), `${here}\nawait store.close();\nconsole.log('closed');\n`);
      expect((await runProgram([join(folder, 'store.ts')], {})).output()).toBe('closed\n');
      expect((await stat(file)).size).toBeGreaterThan(0);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
