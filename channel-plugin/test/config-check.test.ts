import { describe, expect, it } from 'vitest';
import { isUsable, resolveAccount, sectionFindings } from '../src/accounts.ts';
import type { ChannelConfig } from '../src/config-schema.ts';

const relayUrl = 'wss://relay.example.com/openclaw';
const root = 'channels.websocket-channel';
const written = (members: object) => ({ relayUrl, ...members }) as ChannelConfig;
const findingsOf = (members: object, accountId?: string) =>
  resolveAccount(written(members), accountId, {}).findings.map(
    ({ severity, key, message }) => `${severity}: ${key} ${message}`,
  );

/** A value of every type that JSON knows. */
const values: readonly unknown[] = [null, true, 5, 'word', [], [{}], {}, { source: 'env' }];
const members = [
  ...['enabled', 'mode', 'relayUrl', 'token', 'embedded', 'name', 'dmPolicy', 'allowFrom', 'groupPolicy'],
  'groupAllowFrom',
  ...[
    'requireMention',
    'streaming',
    'defaultTo',
    'mediaMaxMb',
    'reconnectMaxSeconds',
    'responsePrefix',
    'configWrites',
    'healthMonitor',
  ],
  ...['accounts', 'defaultAccount', 'config'],
];

describe('a wrong value', () => {
  it.each(members)('of %s, whatever it is, never throws, and leaves what is legal', (member) => {
    for (const value of values) {
      for (const [section, id] of [
        [{ [member]: value }, 'default'],
        [{ accounts: { sales: { [member]: value } } }, 'sales'],
      ] as const) {
        const account = resolveAccount(written(section), id, {});
        for (const { key } of account.findings) expect(key).toContain(`${root}.`);
        expect(typeof account.enabled).toBe('boolean');
        expect(account.allowFrom.every((entry) => typeof entry === 'string')).toBe(true);
        expect(['pairing', 'allowlist', 'open', 'disabled']).toContain(account.dmPolicy);
        expect(['allowlist', 'open', 'disabled']).toContain(account.groupPolicy);
      }
    }
  });

  it.each([
    [
      { dmPolicy: 'opne' },
      'dmPolicy must be "pairing", "allowlist", "open" or "disabled"; its default counts until then',
    ],
    [{ allowFrom: 'alice' }, 'allowFrom must be a list, such as ["alice"]; its default counts until then'],
    [{ allowFrom: [{}] }, 'allowFrom must be a list, such as ["alice"]; its default counts until then'],
    [{ requireMention: 'no' }, 'requireMention must be true or false; its default counts until then'],
    [{ name: 7 }, 'name must be text; its default counts until then'],
    [
      { healthMonitor: { enabled: 'no' } },
      'healthMonitor.enabled must be true or false; its default counts until then',
    ],
    [
      { reconnectMaxSeconds: 0 },
      'reconnectMaxSeconds must be a number above 0, at most 3600; its default counts until then',
    ],
    [
      { reconnectMaxSeconds: 3601 },
      'reconnectMaxSeconds must be a number above 0, at most 3600; its default counts until then',
    ],
    [{ mediaMaxMb: 0 }, 'mediaMaxMb must be a number above 0, at most 1024; its default counts until then'],
    [
      { mediaMaxMb: 1025 },
      'mediaMaxMb must be a number above 0, at most 1024; its default counts until then',
    ],
    [{ accounts: [] }, 'accounts must be an object; its default counts until then'],
  ])('%j is a warning, and the agent connects', (section, message) => {
    expect(findingsOf(section)).toEqual([`warning: ${root}.${message}`]);
    expect(isUsable(resolveAccount(written(section), null, {}))).toBe(true);
  });

  it.each([
    [{ enabled: 'false' }, 'enabled must be true or false'],
    [{ token: 5 }, 'token must be text'],
    [{ relayUrl: {} }, 'relayUrl must be a WebSocket address such as wss://relay.example.com/openclaw'],
  ])('%j keeps the agent from connecting', (section, message) => {
    expect(findingsOf(section)).toEqual([`error: ${root}.${message}`]);
  });

  it('of an account that is no object at all names the account', () => {
    expect(findingsOf({ accounts: { sales: 'wss://x.example' } }, 'sales')).toEqual([
      `error: ${root}.accounts.sales must be an object`,
    ]);
  });

  it('never opens what a legal one would have kept shut', () => {
    const open = { dmPolicy: 'open', allowFrom: ['*'], groupPolicy: 'open' };
    const account = resolveAccount(
      written({
        ...open,
        accounts: {
          sales: { dmPolicy: 'pairng', allowFrom: 'alice', groupPolicy: 1, groupAllowFrom: 'bob' },
        },
      }),
      'sales',
      {},
    );
    expect(account).toMatchObject({
      dmPolicy: 'pairing',
      allowFrom: [],
      groupPolicy: 'allowlist',
      groupAllowFrom: [],
    });
  });

  it('at the root concerns every account that takes it from there, and no other', () => {
    const section = { requireMention: 'no', accounts: { a: {}, b: { requireMention: true } } };
    expect(findingsOf(section, 'a')).toEqual([expect.stringContaining(`${root}.requireMention must be`)]);
    expect(findingsOf(section, 'b')).toEqual([]);
    expect(sectionFindings(written(section), {})).toHaveLength(1);
  });
});

describe('legal values that do not go together', () => {
  it.each([
    [{ dmPolicy: 'open' }, 'allowFrom'],
    [{ dmPolicy: 'allowlist' }, 'allowFrom'],
    [{ allowFrom: ['*'] }, 'allowFrom'],
    [{ groupPolicy: 'allowlist' }, 'groupAllowFrom'],
    [{ groupPolicy: 'allowlist', groupAllowFrom: [], allowFrom: ['alice'] }, 'groupAllowFrom'],
    [{ groupPolicy: 'open', requireMention: false }, 'requireMention'],
    [{ relayUrl: 'ws://relay.example.com/', token: 't' }, 'relayUrl'],
    [{ config: { wsUrl: 'wss://other.example' } }, 'config.wsUrl'],
  ])('%j are a warning', (section, member) => {
    expect(findingsOf(section)).toEqual([expect.stringContaining(`warning: ${root}.${member} `)]);
  });

  it.each([
    {},
    { dmPolicy: 'open', allowFrom: ['*'] },
    { dmPolicy: 'allowlist', allowFrom: ['alice'] },
    { groupPolicy: 'allowlist', groupAllowFrom: ['alice'] },
    { mediaMaxMb: 1024 },
    { reconnectMaxSeconds: 3600 },
    { reconnectMaxSeconds: 0.1 },
    { mediaMaxMb: 0.1 },
    { heartbeatVisibility: { showOk: true } },
  ])('%j are none', (section) => {
    expect(findingsOf(section)).toEqual([]);
  });
});

describe('the environment', () => {
  const env = {
    WEBSOCKET_CHANNEL_RELAY_URL: ' wss://env.example.com/openclaw ',
    WEBSOCKET_CHANNEL_TOKEN: 'of-env',
  };

  it('stands in for what the account `default` leaves out', () => {
    expect(resolveAccount(undefined, null, env)).toMatchObject({
      accountId: 'default',
      configured: true,
      relayUrl: 'wss://env.example.com/openclaw',
      token: 'of-env',
      findings: [],
    });
    expect(resolveAccount({ relayUrl, token: 'of-file' }, null, env)).toMatchObject({
      relayUrl,
      token: 'of-file',
    });
  });

  it('says nothing about other accounts', () => {
    const sales = resolveAccount({ accounts: { sales: {} } }, 'sales', env);
    expect(sales).toMatchObject({ relayUrl: undefined, token: undefined, configured: false });
  });

  it('counts for nothing when it is empty', () => {
    const empty = { WEBSOCKET_CHANNEL_RELAY_URL: ' ', WEBSOCKET_CHANNEL_TOKEN: '' };
    expect(resolveAccount(undefined, null, empty)).toMatchObject({ configured: false, token: undefined });
  });
});
