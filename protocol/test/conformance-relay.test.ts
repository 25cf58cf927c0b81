import { it } from 'vitest';
import { testRelay } from '../src/conformance/relay/run.ts';
import { requirementsOf } from '../src/conformance/verdicts.ts';
import { defects } from './broken/defects.ts';
import { startCoreRelay } from './broken/relay/core-relay.ts';
import { startReferenceRelay } from './broken/relay/reference-relay.ts';

const options = { profile: 'rich', seed: 7, timeoutMs: 10_000 } as const;

it.concurrent('a correct relay for guests passes everything that applies to it', { timeout: 60_000 }, async ({
  expect,
}) => {
  const relay = await startReferenceRelay({ has: defects() });
  const results = await testRelay({ ...relay, tokens: {} }, options);
  await relay.close();
  const missed = results.filter(({ verdict }) => verdict !== 'pass');
  expect(missed.map(({ id, verdict }) => `${id} ${verdict}`)).toEqual([
    'R-HELLO-7 not applicable',
    'R-FILE-4 not applicable',
    'R-AUTH-1 not applicable',
    'R-AUTH-2 not applicable',
    'R-AUTH-3 not applicable',
  ]);
  expect(results).toHaveLength(requirementsOf('relay', 'rich').length);
});

it.concurrent('a relay without a log passes the profile core', { timeout: 60_000 }, async ({ expect }) => {
  const relay = await startCoreRelay();
  const results = await testRelay({ ...relay, tokens: {} }, { ...options, profile: 'core' });
  await relay.close();
  const missed = results.filter(({ verdict }) => verdict !== 'pass');
  expect(missed.map(({ id, verdict }) => `${id} ${verdict}`)).toEqual(['R-CLOSE-7 not applicable']);
  expect(results.map(({ profile }) => profile)).toEqual(results.map(() => 'core'));
});

it('what is asked of files does not apply to a relay that keeps none', async ({ expect }) => {
  const relay = await startReferenceRelay({ has: defects(), keepsFiles: false });
  const only = requirementsOf('relay', 'rich').flatMap(({ id }) => (id.startsWith('R-FILE-') ? [id] : []));
  const results = await testRelay({ ...relay, tokens: {} }, { ...options, only });
  await relay.close();
  expect(only.length).toBeGreaterThan(0);
  expect(results.map(({ id, verdict }) => `${id} ${verdict}`)).toEqual(
    only.map((id) => `${id} not applicable`),
  );
});
