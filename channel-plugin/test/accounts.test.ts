import { describe, expect, it } from 'vitest';
import { accountIds, isUsable, preferredAccountId, resolveAccount } from '../src/accounts.ts';
import type { ChannelConfig } from '../src/config-schema.ts';

const relayUrl = 'wss://relay.example.com/openclaw';
const keysOf = (section: ChannelConfig | undefined, accountId?: string) =>
  resolveAccount(section, accountId).findings.map(({ key, severity }) => `${severity} ${key}`);

describe('an account', () => {
  it('has secure defaults', () => {
    expect(resolveAccount({ relayUrl })).toEqual({
      accountId: 'default',
      enabled: true,
      configured: true,
      relayUrl,
      token: undefined,
      name: undefined,
      dmPolicy: 'pairing',
      allowFrom: [],
      groupPolicy: 'allowlist',
      groupAllowFrom: undefined,
      requireMention: true,
      streaming: 'token',
      progress: 'tools',
      mediaMaxBytes: 20 * 1024 * 1024,
      backoff: { minMs: 500, maxMs: 30_000 },
      defaultTo: undefined,
      findings: [],
    });
  });

  it('takes from the root of the section what it leaves out', () => {
    const section: ChannelConfig = {
      relayUrl,
      token: 'root-token',
      dmPolicy: 'allowlist',
      allowFrom: ['alice', 7],
      accounts: { Sales: { token: 'sales-token', name: ' Sales agent ' } },
    };
    expect(resolveAccount(section, 'sales')).toMatchObject({
      accountId: 'sales',
      relayUrl,
      token: 'sales-token',
      name: 'Sales agent',
      dmPolicy: 'allowlist',
      allowFrom: ['alice', '7'],
    });
  });

  it('is off when the channel, the nested form or the account itself is', () => {
    expect(resolveAccount({ relayUrl, enabled: false }).enabled).toBe(false);
    expect(resolveAccount({ config: { enabled: false, wsUrl: relayUrl } }).enabled).toBe(false);
    expect(resolveAccount({ relayUrl, accounts: { a: { enabled: false } } }, 'a').enabled).toBe(false);
    expect(resolveAccount({ relayUrl, accounts: { a: { enabled: false } } }, 'default').enabled).toBe(true);
  });
});

describe('the accounts of a section', () => {
  it.each<[string, ChannelConfig | undefined, string[], string]>([
    ['nothing', undefined, ['default'], 'default'],
    ['the root', { relayUrl }, ['default'], 'default'],
    ['the nested form', { config: { wsUrl: relayUrl } }, ['default'], 'default'],
    ['named ones only', { accounts: { Sales: { relayUrl }, help: {} } }, ['sales', 'help'], 'sales'],
    ['both', { relayUrl, accounts: { sales: {} }, defaultAccount: 'sales' }, ['default', 'sales'], 'sales'],
    ['an unknown default', { relayUrl, defaultAccount: 'nobody' }, ['default'], 'default'],
  ])('of %s', (_, section, ids, preferred) => {
    expect(accountIds(section)).toEqual(ids);
    expect(preferredAccountId(section)).toBe(preferred);
  });
});

describe('the tutorial’s configuration', () => {
  const section: ChannelConfig = {
    enabled: true,
    config: { enabled: true, wsUrl: 'ws://127.0.0.1:8765/openclaw' },
  };

  it('connects, and asks for approval of participants rather than let everybody in', () => {
    const account = resolveAccount(section);
    expect(isUsable(account)).toBe(true);
    expect(account).toMatchObject({ relayUrl: 'ws://127.0.0.1:8765/openclaw', dmPolicy: 'pairing' });
    expect(account.findings).toEqual([
      {
        key: 'channels.websocket-channel.dmPolicy',
        severity: 'warning',
        message: expect.stringContaining('set dmPolicy to "open" and allowFrom to ["*"]'),
      },
    ]);
  });

  it('lets everybody in where that is said', () => {
    expect(keysOf({ ...section, dmPolicy: 'open', allowFrom: ['*'] })).toEqual([]);
  });

  it('yields to the flat form', () => {
    expect(resolveAccount({ ...section, relayUrl }).relayUrl).toBe(relayUrl);
  });
});

describe('a finding names its key:', () => {
  it.each<[string, ChannelConfig | undefined, string | undefined, string[]]>([
    ['nothing at all', undefined, undefined, ['error channels.websocket-channel.relayUrl']],
    ['an empty address', { relayUrl: '' }, undefined, ['error channels.websocket-channel.relayUrl']],
    [
      'no WebSocket address',
      { relayUrl: 'https://x.example' },
      undefined,
      ['error channels.websocket-channel.relayUrl'],
    ],
    ['no address', { relayUrl: 'relay' }, undefined, ['error channels.websocket-channel.relayUrl']],
    [
      'an address that is not even a text',
      { relayUrl: 5 } as unknown as ChannelConfig,
      undefined,
      ['error channels.websocket-channel.relayUrl'],
    ],
    [
      'a password in it',
      { relayUrl: 'wss://u:p@x.example' },
      undefined,
      ['error channels.websocket-channel.relayUrl'],
    ],
    [
      'a bad address in the nested form',
      { config: { wsUrl: 'nope' }, dmPolicy: 'pairing' },
      undefined,
      ['error channels.websocket-channel.config.wsUrl'],
    ],
    [
      'a bad address of an account',
      { accounts: { Sales: { relayUrl: 'nope' } } },
      'sales',
      ['error channels.websocket-channel.accounts.Sales.relayUrl'],
    ],
    [
      'a member that nobody knows',
      { relayUrl, relayURL: 'wss://x.example' } as ChannelConfig,
      undefined,
      ['warning channels.websocket-channel.relayURL'],
    ],
    [
      'a member that nobody knows, of an account',
      { relayUrl, accounts: { sales: { tokn: 'x' } as object } },
      'sales',
      ['warning channels.websocket-channel.accounts.sales.tokn'],
    ],
    [
      'a secret that is not there',
      { relayUrl, token: { source: 'env', provider: 'default', id: 'TOKEN' } },
      undefined,
      ['error channels.websocket-channel.token'],
    ],
    [
      'a token without end',
      { relayUrl, token: 'x'.repeat(8193) },
      undefined,
      ['error channels.websocket-channel.token'],
    ],
    [
      'open, but to nobody',
      { relayUrl, dmPolicy: 'open' },
      undefined,
      ['warning channels.websocket-channel.allowFrom'],
    ],
    [
      'a token in clear text over the network',
      { relayUrl: 'ws://relay.example.com/', token: 'secret' },
      undefined,
      ['warning channels.websocket-channel.relayUrl'],
    ],
  ])('%s', (_, section, accountId, keys) => {
    expect(keysOf(section, accountId)).toEqual(keys);
    expect(isUsable(resolveAccount(section, accountId))).toBe(keys.every((key) => !key.startsWith('error')));
  });

  it('a token of 8192 characters, or in clear text on this machine, is fine', () => {
    expect(keysOf({ relayUrl, token: 'x'.repeat(8192) })).toEqual([]);
    expect(keysOf({ relayUrl: 'ws://127.0.0.1:8765/openclaw', token: 'secret' })).toEqual([]);
    expect(keysOf({ relayUrl: 'ws://[::1]:8765/', token: 'secret' })).toEqual([]);
  });

  it('never holds the token', () => {
    const token = `secret-${'x'.repeat(9000)}`;
    const { findings } = resolveAccount({ relayUrl: 'ws://relay.example.com', token });
    expect(findings.length).toBeGreaterThan(0);
    expect(JSON.stringify(findings)).not.toContain('secret-');
  });
});
