import { mintId } from '../../id.ts';
import { subprotocol } from '../../versions.ts';
import { dial } from '../dial.ts';
import type { CodedScenario } from '../scenario.ts';
import { NotApplicable, Unmet } from '../unmet.ts';
import type { RelayStage } from './stage.ts';

const helloMs = 5000;

export const openingScenarios: readonly CodedScenario<RelayStage>[] = [
  {
    title: 'selects the subprotocol on both paths',
    requirement: 'R-HELLO-10',
    async run(stage) {
      for (const url of [stage.target.url, stage.target.agentUrl]) {
        const { protocol } = (await stage.open(`alice ${url}`, { until: 'socket', url })).socket;
        if (protocol === subprotocol) continue;
        throw new Unmet(`the subprotocol ${subprotocol} at ${url}`, `came ${protocol || 'none'}`, []);
      }
    },
  },
  {
    title: 'closes with 4502 when no hello comes',
    requirement: 'R-HELLO-4',
    aside: true,
    async run(stage) {
      const alice = await stage.open('alice', { until: 'socket' });
      await alice.closed(4502, { withinMs: helloMs + stage.setting.timeoutMs });
    },
  },
  {
    title: 'answers a hello without a common version with unsupported_version and 4406',
    requirement: 'R-HELLO-6',
    async run(stage) {
      const alice = await stage.open('alice', { until: 'socket' });
      const token = stage.target.tokens.alice;
      const identity = token === undefined ? { source: stage.variables.get('alice') } : { token };
      alice.send({ type: 'hello', role: 'client', versions: [65_535], ...identity });
      await alice.expect({ type: 'error', code: 'unsupported_version', retryable: false });
      await alice.closed(4406);
    },
  },
  {
    title: 'answers a token that it refuses with unauthenticated and 4401',
    requirement: 'R-HELLO-7',
    async run(stage) {
      if (stage.isGuest) throw new NotApplicable('the relay lets guests in without tokens');
      for (const hello of [{ token: mintId() }, {}]) {
        const alice = await stage.open(`alice ${JSON.stringify(hello)}`, { until: 'socket' });
        alice.send({ type: 'hello', role: 'client', versions: [1], ...hello });
        await alice.expect({ type: 'error', code: 'unauthenticated', retryable: false });
        await alice.closed(4401);
      }
    },
  },
  {
    title: 'answers a role on the wrong path with forbidden and 4403',
    requirement: 'R-HELLO-8',
    async run(stage) {
      const { target, variables } = stage;
      for (const [role, url, who] of [
        ['agent', target.url, 'alice'],
        ['client', target.agentUrl, 'agent'],
      ] as const) {
        const connection = await stage.open(`${who} as ${role}`, { until: 'socket', url });
        const token = target.tokens[who];
        const identity = token === undefined ? { source: variables.get(who) } : { token };
        connection.send({ type: 'hello', role, versions: [1], ...identity });
        await connection.expect({ type: 'error', code: 'forbidden', retryable: false });
        await connection.closed(4403);
      }
    },
  },
  {
    title: 'refuses a page of an unknown origin with HTTP 403',
    requirement: 'R-ORIGIN-1',
    async run({ target, setting }) {
      const origin = 'https://attacker.invalid';
      const failure = await dial({ url: target.url, timeoutMs: setting.timeoutMs, origin }).then(
        (socket) => socket.terminate() ?? 'the connection was opened',
        (error: unknown) => (error instanceof Unmet ? error.came : String(error)),
      );
      if (failure !== 'HTTP 403') throw new Unmet(`HTTP 403 for the origin ${origin}`, failure, []);
    },
  },
];
