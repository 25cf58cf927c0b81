import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const source = join(import.meta.dirname, '../src');
const sdk = dirname(fileURLToPath(import.meta.resolve('openclaw/plugin-sdk/channel-core')));

/** Module specifiers by file, relative to `src`. */
const imports = globSync('**/*.ts', { cwd: source }).flatMap((file) =>
  [...readFileSync(join(source, file), 'utf8').matchAll(/(?:from|import) '([^']+)'/g)].map(
    ([, specifier]) => ({ file: file.replaceAll('\\', '/'), specifier: specifier ?? '' }),
  ),
);
const ofOpenClaw = imports.filter(({ specifier }) => specifier.startsWith('openclaw'));

describe('the source', () => {
  it('meets OpenClaw in one place', () => {
    const entries = ['index.ts', 'setup-entry.ts'];
    const elsewhere = ofOpenClaw.filter(({ file }) => !file.startsWith('host/') && !entries.includes(file));
    expect(ofOpenClaw.length).toBeGreaterThan(0);
    expect(elsewhere).toEqual([]);
  });

  it.each(ofOpenClaw)('$file imports $specifier, for which OpenClaw promises types', ({ specifier }) => {
    const [, subpath] = /^openclaw\/plugin-sdk\/([a-z-]+)$/.exec(specifier) ?? [];
    expect(subpath).toBeDefined();
    expect(existsSync(join(sdk, `${subpath}.d.ts`))).toBe(true);
  });

  it.each([
    'openclaw/plugin-sdk/channel-message',
    'openclaw/plugin-sdk/inbound-reply-dispatch',
    'openclaw/plugin-sdk/infra-runtime',
    'openclaw/plugin-sdk/config-runtime',
  ])('does not use %s, which is deprecated', (deprecated) => {
    expect(ofOpenClaw.map(({ specifier }) => specifier)).not.toContain(deprecated);
  });

  it('calls nothing that OpenClaw deprecates', () => {
    const host = globSync('host/*.ts', { cwd: source }).map((file) =>
      readFileSync(join(source, file), 'utf8'),
    );
    const deprecated =
      /channel\.turn\b|runPreparedReply|dispatchReplyFromConfig|dispatchReplyWithBuffered|finalizeInboundContext|recordInboundSession|healthState/;
    expect(host.filter((text) => deprecated.test(text))).toEqual([]);
  });

  it('imports nothing but its own files, the protocol, the relay, ws, prom-client, OpenClaw and Node', () => {
    const foreign = imports.filter(
      ({ specifier }) =>
        !/^(\.|node:|openclaw\/plugin-sdk\/|@websocket-channel\/(protocol|sdk-relay)(\/|$)|(ws|prom-client)$)/.test(
          specifier,
        ),
    );
    expect(foreign).toEqual([{ file: 'config-schema.ts', specifier: '@sinclair/typebox' }]);
  });

  it('loads the relay only where it is embedded', () => {
    const users = imports.filter(({ specifier }) => specifier.startsWith('@websocket-channel/sdk-relay'));
    expect(new Set(users.map(({ file }) => dirname(file)))).toEqual(new Set(['embedded']));
    const loaders = imports.filter(({ specifier }) => specifier.endsWith('embedded-relay.ts'));
    expect(loaders.map(({ file }) => file)).toEqual(['host/embedded.ts']);
    expect(readFileSync(join(source, 'host/embedded.ts'), 'utf8')).toContain(
      "await import('../embedded/embedded-relay.ts')",
    );
  });

  it('reads the schema for its types alone', () => {
    for (const file of globSync('**/*.ts', { cwd: source })) {
      const text = readFileSync(join(source, file), 'utf8');
      const values = text.match(/^import (?!type )[^;]*config-schema\.ts'/gm) ?? [];
      expect(values, relative(source, file)).toEqual([]);
    }
  });
});
