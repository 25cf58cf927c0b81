import { expect, it } from 'vitest';
import { testRelay } from '../src/conformance/relay/run.ts';
import type { RelayTarget } from '../src/conformance/relay/stage.ts';
import { requirementsOf } from '../src/conformance/verdicts.ts';
import { defects } from './broken/defects.ts';
import type { TokenHolder } from './broken/relay/options.ts';
import { startReferenceRelay } from './broken/relay/reference-relay.ts';

const tokens = { alice: 'token-a', bob: 'token-b', agent: 'token-c', shortLived: 'token-d' };
const holders = (): Map<string, TokenHolder> =>
  new Map([
    [tokens.alice, { role: 'client', source: 'user-1' }],
    [tokens.bob, { role: 'client', source: 'user-2' }],
    [tokens.agent, { role: 'agent', source: 'default' }],
    [tokens.shortLived, { role: 'client', source: 'user-1', expiresAt: Date.now() + 2500 }],
  ]);
const options = { profile: 'rich', seed: 7, timeoutMs: 4000 } as const;

it('a correct relay for guests passes everything that applies to it', { timeout: 60_000 }, async () => {
  const relay = await startReferenceRelay({ has: defects() });
  const target: RelayTarget = { ...relay, tokens: {} };
  const results = await testRelay(target, options);
  await relay.close();
  const failed = results.filter(({ verdict }) => verdict !== 'pass');
  expect(failed.map(({ id, verdict }) => `${id} ${verdict}`)).toEqual([
    'R-HELLO-7 not applicable',
    'R-AUTH-1 not applicable',
    'R-AUTH-2 not applicable',
    'R-AUTH-3 not applicable',
  ]);
  expect(results).toHaveLength(requirementsOf('relay', 'rich').length);
});

it('a correct relay with tokens passes everything', { timeout: 60_000 }, async () => {
  const relay = await startReferenceRelay({ has: defects(), tokens: holders(), burst: 600, mailbox: 300 });
  const results = await testRelay({ ...relay, tokens }, options);
  await relay.close();
  const failed = results.filter(({ verdict }) => verdict !== 'pass');
  expect(failed.map(({ id, verdict, evidence }) => [id, verdict, evidence])).toEqual([]);
});
