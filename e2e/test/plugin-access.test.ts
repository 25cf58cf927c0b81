import type { Client } from '@websocket-channel/sdk-client';
import type { ParticipantIdentity } from '@websocket-channel/sdk-relay';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { agentTokens, type PluginHost, startPluginHost } from '../src/plugin-host.ts';

let host: PluginHost;
let relayUrl: string;

const sectionOf = (members: object) => ({ relayUrl, token: agentTokens.default, name: 'Claw', ...members });

beforeAll(async () => {
  host = await startPluginHost(
    (url) => {
      relayUrl = url;
      return sectionOf({ dmPolicy: 'pairing' });
    },
    // OpenClaw's default: all participants of all channels share one session.
    { adjust: (config) => ({ ...config, session: { dmScope: 'main' } }) },
  );
  await connected();
});

afterAll(() => host?.stop());

const connected = () =>
  vi.waitFor(async () => expect((await host.accounts()).default?.connected).toBe(true), {
    timeout: 60_000,
    interval: 250,
  });

/** Changes the section, and waits until the channel was started anew with it. */
async function configure(members: object): Promise<void> {
  const before = (await host.accounts()).default?.lastStartAt ?? 0;
  await host.configure(sectionOf(members));
  await vi.waitFor(
    async () => {
      const account = (await host.accounts()).default;
      expect(account?.lastStartAt).toBeGreaterThan(before);
      expect(account?.connected).toBe(true);
    },
    { timeout: 60_000, interval: 250 },
  );
}

async function ask(identity: ParticipantIdentity, text: string, conversation?: string) {
  const client = await host.client(identity, conversation);
  return { client, ended: await client.send(text).ended };
}

const notices = (client: Client) =>
  client
    .conversation()
    .messages.filter(({ kind }) => kind === 'notice')
    .map(({ content }) => content);
const asked = (text: string) => host.standIn.requests.filter(({ question }) => question.includes(text));

describe('pairing', () => {
  it('answers a stranger with a code, and lets in whom the operator approves, and nobody like it', async () => {
    const { client } = await ask({ source: 'bob' }, 'SAY:not yet:END');
    const code = /pairing approve websocket-channel (\S+)/.exec(notices(client).join('\n'))?.[1];
    expect(code).toBeDefined();
    expect(asked('not yet')).toHaveLength(0);
    const approved = await host.gateway.cli('pairing', 'approve', 'websocket-channel', code ?? '');
    expect(approved.code).toBe(0);
    expect(await client.send('SAY:come in:END').ended).toMatchObject({
      outcome: 'completed',
      text: 'come in',
    });
    const { client: other } = await ask({ source: 'Bob' }, 'SAY:me too:END');
    expect(notices(other).join()).toContain('pairing approve');
    expect(asked('me too')).toHaveLength(0);
  });

  it.each(['*', 'user:bob', 'accessGroup:staff'])(
    'gives no code to %s, whose approval would mean others',
    async (source) => {
      const { client, ended } = await ask({ source }, 'hello');
      expect(ended).toMatchObject({ outcome: 'failed', error: { code: 'not_allowed' } });
      expect(notices(client)).toEqual([]);
    },
  );

  it('is as patient as OpenClaw with a command of a stranger', async () => {
    const { client } = await ask({ source: 'eve' }, '/status');
    expect(client.conversation().messages.some(({ content }) => /model/i.test(content))).toBe(false);
  });
});

describe('commands', () => {
  it('of somebody approved are run: status, model, a new session', async () => {
    const client = await host.client({ source: 'bob' });
    expect((await client.send('/status').ended).text).toMatch(/offline-stand-in/);
    expect((await client.send('/model').ended).text).toMatch(/offline-stand-in/);
    await client.send('SAY:remember 4711:END').ended;
    await client.send('/new').ended;
    await client.send('SAY:what was it:END').ended;
    expect(asked('what was it').at(-1)?.context).not.toContain('4711');
  });
});

describe('an allowlist', () => {
  it('lets in who is on it, letter by letter', async () => {
    await configure({ dmPolicy: 'allowlist', allowFrom: ['alice', 'user:Carol'] });
    for (const source of ['alice', 'Carol']) {
      expect((await ask({ source }, `SAY:hello ${source}:END`)).ended.text).toBe(`hello ${source}`);
    }
    for (const source of [
      'Alice',
      'ALICE',
      'carol',
      'alice2',
      'user:alice',
      'a.lice',
      '*',
      'al%69ce',
      '~61lice',
    ]) {
      expect((await ask({ source }, 'SAY:let me in:END')).ended).toMatchObject({
        outcome: 'failed',
        error: { code: 'not_allowed' },
      });
    }
    expect(asked('let me in')).toHaveLength(0);
  });

  it('does not believe a name', async () => {
    const { ended } = await ask({ source: 'mallory', name: 'alice' }, 'SAY:I am alice:END');
    expect(ended.outcome).toBe('failed');
  });
});

describe('a closed door', () => {
  it('lets nobody in', async () => {
    await configure({ dmPolicy: 'disabled', allowFrom: ['alice'] });
    expect((await ask({ source: 'alice' }, 'hello')).ended).toMatchObject({
      outcome: 'failed',
      error: { code: 'not_allowed' },
    });
  });
});

describe('an open door', () => {
  const like = [
    'alice',
    'Alice',
    'ALICE',
    'al:ice',
    'alice:thread:1',
    '~41lice',
    'al%69ce',
    'default:direct:alice',
  ];

  it('lets everybody in, each into a session of their own, though OpenClaw would share one', async () => {
    await configure({ dmPolicy: 'open', allowFrom: ['*'] });
    for (const [index, source] of like.entries()) {
      expect((await ask({ source }, `SAY:secret number ${index}:END`)).ended.outcome).toBe('completed');
    }
    for (const [index, source] of like.entries()) {
      await ask({ source }, `SAY:question ${index} of the second round:END`);
      const { context } = asked(`question ${index} of the second round`).at(-1) ?? { context: '' };
      const secrets = [...context.matchAll(/SAY:secret number (\d)/g)].map(([, found]) => Number(found));
      expect([...new Set(secrets)], source).toEqual([index]);
    }
  });

  it('is told to an audit, and no session that two share', async () => {
    const { stdout } = await host.gateway.cli('security', 'audit', '--json');
    expect(stdout).toContain('websocket-channel');
    expect(stdout).toMatch(/dm.*open|open.*dm/i);
    expect(stdout).not.toContain('session_collision');
  });
});

describe('a shared conversation', () => {
  const member = (source: string): ParticipantIdentity => ({ source, conversations: ['lobby'] });

  it('is answered to listed participants who mention the agent', async () => {
    await configure({ dmPolicy: 'disabled', groupPolicy: 'allowlist', groupAllowFrom: ['gina'] });
    expect((await ask(member('gina'), 'SAY:just talking:END', 'lobby')).ended.outcome).toBe('silent');
    expect((await ask(member('gina'), '@Clawdia SAY:someone else:END', 'lobby')).ended.outcome).toBe(
      'silent',
    );
    expect((await ask(member('gina'), '@Claw SAY:yes gina:END', 'lobby')).ended.text).toBe('yes gina');
    expect((await ask(member('mallory'), '@Claw SAY:no mallory:END', 'lobby')).ended).toMatchObject({
      outcome: 'failed',
      error: { code: 'not_allowed' },
    });
    expect(asked('just talking').length + asked('someone else').length + asked('no mallory').length).toBe(0);
  });

  it('is answered to everybody where that is said, also without a mention', async () => {
    await configure({ dmPolicy: 'disabled', groupPolicy: 'open', requireMention: false });
    expect((await ask(member('mallory'), 'SAY:welcome all:END', 'lobby')).ended.text).toBe('welcome all');
  });

  it('is answered to nobody where that is said', async () => {
    await configure({ dmPolicy: 'open', allowFrom: ['*'], groupPolicy: 'disabled' });
    expect((await ask(member('gina'), '@Claw SAY:anybody:END', 'lobby')).ended.outcome).toBe('failed');
  });
});
