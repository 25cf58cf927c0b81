import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { channel } from '../src/host/channel.ts';
import { setupFields } from '../src/setup-fields.ts';

const root = join(import.meta.dirname, '..');
const run = promisify(execFile);
const json = async (file: string) => JSON.parse(await readFile(join(root, file), 'utf8'));

describe('package.json', () => {
  it('needs nothing at run time but the host', async () => {
    const { dependencies, peerDependencies, peerDependenciesMeta } = await json('package.json');
    expect(dependencies).toBeUndefined();
    expect(Object.keys(peerDependencies)).toEqual(['openclaw']);
    expect(peerDependenciesMeta).toEqual({ openclaw: { optional: true } });
  });

  it('asks in the set-up for what the plugin asks for', async () => {
    const { openclaw } = await json('package.json');
    expect(openclaw.channel.setup.fields).toEqual(
      Object.entries(setupFields).map(([key, field]) => ({ key, ...field })),
    );
  });

  it('names the channel as the manifest does', async () => {
    const { openclaw, version } = await json('package.json');
    const manifest = await json('openclaw.plugin.json');
    expect(manifest).toMatchObject({ id: openclaw.channel.id, version, channels: [openclaw.channel.id] });
    expect(openclaw.channel).toMatchObject({ id: 'websocket-channel', aliases: ['ws'] });
  });

  it('refers to a page of OpenClaw’s documentation that is there, as the plugin does', async () => {
    const { docsPath, docsLabel } = (await json('package.json')).openclaw.channel;
    expect(channel.meta).toMatchObject({ docsPath, docsLabel });
    const pages = join(root, '../node_modules/openclaw/docs', docsPath);
    expect(await readdir(pages)).toContain('index.md');
  });
});

describe('the manifest', () => {
  it('is what the configuration schema says', async () => {
    const { stdout } = await run(process.execPath, [join(root, 'scripts/generate.ts'), '--check']);
    expect(stdout).toContain('is up to date');
  });

  it('describes every member for the Control UI and hides every token', async () => {
    const { schema, uiHints } = (await json('openclaw.plugin.json')).channelConfigs['websocket-channel'];
    const members = Object.keys(schema.properties).filter(
      (name) => !['enabled', 'healthMonitor'].includes(name),
    );
    expect(Object.keys(uiHints)).toEqual(expect.arrayContaining(members));
    for (const [path, { sensitive }] of Object.entries<{ sensitive?: boolean }>(uiHints)) {
      expect(sensitive === true, path).toBe(path.endsWith('token'));
    }
  });
});

describe('the build', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'channel-plugin-'));
    const tsup = join(root, '../node_modules/tsup/dist/cli-default.js');
    await run(process.execPath, [tsup, '--out-dir', folder, '--silent'], { cwd: root });
  }, 60_000);

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('holds everything but the host and Node', async () => {
    const files = await readdir(folder);
    expect(files).toEqual(
      expect.arrayContaining([
        ...['index.js', 'setup-entry.js'],
        ...['secret-contract-api.js', 'doctor-contract-api.js', 'sqlite-worker.js'],
      ]),
    );
    const specifiers = new Set<string>();
    for (const file of files) {
      const text = await readFile(join(folder, file), 'utf8');
      for (const [, name] of text.matchAll(/^(?:import|export)[^'"]*?(?:from )?["']([^"']+)["']/gm)) {
        if (name !== undefined && !name.startsWith('./')) specifiers.add(name);
      }
      for (const [, name] of text.matchAll(/__require\d*\("([^"]+)"\)/g))
        if (name !== undefined) specifiers.add(name);
    }
    const foreign = [...specifiers].filter(
      (name) => !name.startsWith('openclaw/plugin-sdk/') && !isBuiltin(name),
    );
    // ws looks for these natives and does without them.
    expect(foreign.sort()).toEqual(['bufferutil', 'utf-8-validate']);
    expect([...specifiers].some((name) => name.startsWith('openclaw/'))).toBe(true);
  });

  it('holds neither the schema builder nor a validator compiler', async () => {
    for (const file of await readdir(folder)) {
      const text = await readFile(join(folder, file), 'utf8');
      expect(text).not.toMatch(/@sinclair\/typebox|ajv\/dist/);
    }
  });
});
