import { build, type Rolldown } from 'vite';
import { afterEach, expect, it, vi } from 'vitest';

const root = new URL('..', import.meta.url).pathname;

afterEach(() => void vi.unstubAllEnvs());

it('leaves the check of the traffic to development', { timeout: 60_000 }, async () => {
  // Vite takes the mode of a build from here where it is set, as in a test.
  vi.stubEnv('NODE_ENV', 'production');
  const { output } = (await build({
    root,
    mode: 'production',
    logLevel: 'silent',
    build: { write: false },
  })) as Rolldown.RolldownOutput;
  const chunks = output.filter((part) => part.type === 'chunk');
  expect(chunks.map(({ code }) => code).join()).toContain('createApp');
  expect(
    chunks.flatMap(({ moduleIds }) => moduleIds).filter((id) => /development|sequence/.test(id)),
  ).toEqual([]);
});
