import { mintId } from '../../id.ts';
import type { CodedScenario } from '../scenario.ts';
import { NotApplicable, NotTested } from '../unmet.ts';
import type { RelayStage } from './stage.ts';

function tokenOf(stage: RelayStage, name: 'alice' | 'bob'): string {
  const token = stage.target.tokens[name];
  if (token === undefined) throw new NotApplicable('the relay lets guests in without tokens');
  return token;
}

export const tokenScenarios: readonly CodedScenario<RelayStage>[] = [
  {
    title: 'renews the token of the same identity',
    requirement: 'R-AUTH-1',
    async run(stage) {
      const token = tokenOf(stage, 'alice');
      const alice = await stage.open('alice');
      alice.send({ type: 'auth', token });
      await alice.expect({ type: 'auth' });
      await alice.settle();
    },
  },
  {
    title: 'refuses a bad token and one of somebody else, and goes on',
    requirement: 'R-AUTH-2',
    async run(stage) {
      const others = tokenOf(stage, 'bob');
      const alice = await stage.open('alice');
      for (const token of [mintId(), others]) {
        alice.send({ type: 'auth', token });
        await alice.expect({ type: 'error', code: 'unauthenticated' });
      }
      await alice.never({ type: 'auth' });
      const { id } = await stage.say(alice, { id: stage.variables.get('id:ev') });
      await alice.expect({ type: 'event', id, source: stage.variables.get('alice') });
    },
  },
  {
    title: 'closes with 4401 when the token has expired',
    requirement: 'R-AUTH-3',
    aside: true,
    async run(stage) {
      tokenOf(stage, 'alice');
      const token = stage.target.tokens.shortLived;
      if (token === undefined)
        throw new NotTested('it takes a token that ends within a minute: --short-lived-token-env');
      const alice = await stage.open('alice', { with: { token, attach: null }, until: 'welcome' });
      const expiresAt = alice.welcome.tokenExpiresAt ?? Date.now() + 60_000;
      await alice.closed(4401, { withinMs: Math.max(0, expiresAt - Date.now()) + stage.setting.timeoutMs });
    },
  },
];
