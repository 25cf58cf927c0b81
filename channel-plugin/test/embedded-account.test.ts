import { describe, expect, it } from 'vitest';
import { accountIds, isUsable, resolveAccount } from '../src/accounts.ts';
import { withoutAccount } from '../src/channel-section.ts';
import type { ChannelConfig } from '../src/config-schema.ts';

const root = 'channels.websocket-channel';
const written = (section: object) => section as ChannelConfig;
const resolve = (section: object, accountId?: string) => resolveAccount(written(section), accountId, {});
const findingsOf = (section: object, accountId?: string) =>
  resolve(section, accountId).findings.map(({ severity, key, message }) => `${severity}: ${key} ${message}`);

describe('an embedded relay', () => {
  it('needs one key', () => {
    const account = resolve({ mode: 'embedded' });
    expect(account).toMatchObject({
      accountId: 'default',
      configured: true,
      relayUrl: 'ws://127.0.0.1:18780/openclaw',
      embedded: {
        host: '127.0.0.1',
        port: 18780,
        pageUrl: 'http://127.0.0.1:18780/',
        key: `${root}.embedded`,
      },
      dmPolicy: 'pairing',
      findings: [],
    });
    expect(isUsable(account)).toBe(true);
    expect(accountIds(written({ mode: 'embedded' }), {})).toEqual(['default']);
  });

  it('is off unless it is asked for', () => {
    expect(resolve({ relayUrl: 'wss://relay.example.com/' }).embedded).toBeUndefined();
    expect(resolve({ mode: 'relay', relayUrl: 'wss://relay.example.com/' }).embedded).toBeUndefined();
    expect(findingsOf({ mode: 'relay' })).toEqual([
      `error: ${root}.relayUrl is missing: the agent address of your relay`,
    ]);
  });

  it('takes the place of the address that the environment has', () => {
    const env = { WEBSOCKET_CHANNEL_RELAY_URL: 'wss://env.example.com/', WEBSOCKET_CHANNEL_TOKEN: 'of-env' };
    expect(resolveAccount(written({ mode: 'embedded' }), null, env)).toMatchObject({
      relayUrl: 'ws://127.0.0.1:18780/openclaw',
      findings: [],
    });
    expect(resolveAccount(written({ mode: 'embedded' }), null, env).token).toBeUndefined();
  });

  it.each([
    [
      { host: '::1', port: 9 },
      { pageUrl: 'http://[::1]:9/', relay: 'ws://[::1]:9/openclaw' },
    ],
    [
      { host: 'localhost', port: 9 },
      { pageUrl: 'http://localhost:9/', relay: 'ws://localhost:9/openclaw' },
    ],
    [
      { host: '0.0.0.0', port: 65_535 },
      { pageUrl: 'http://127.0.0.1:65535/', relay: 'ws://127.0.0.1:65535/openclaw' },
    ],
    [{ host: '::' }, { pageUrl: 'http://[::1]:18780/', relay: 'ws://[::1]:18780/openclaw' }],
  ])('at %j is reached at %j', (embedded, { pageUrl, relay }) => {
    expect(resolve({ mode: 'embedded', embedded })).toMatchObject({ relayUrl: relay, embedded: { pageUrl } });
  });

  it('is left by an account with a relay of its own', () => {
    const section = { mode: 'embedded', accounts: { sales: { relayUrl: 'wss://relay.example.com/' } } };
    expect(resolve(section, 'sales')).toMatchObject({ relayUrl: 'wss://relay.example.com/', findings: [] });
    expect(resolve(section, 'sales').embedded).toBeUndefined();
  });

  it('is had by one account beside others with a relay', () => {
    const section = {
      relayUrl: 'wss://relay.example.com/',
      token: 't',
      accounts: { local: { mode: 'embedded' } },
    };
    expect(resolve(section, 'local')).toMatchObject({ embedded: { port: 18780 }, findings: [] });
    expect(resolve(section, 'default').embedded).toBeUndefined();
  });

  it('goes when the account is removed', () => {
    const config = { channels: { 'websocket-channel': { mode: 'embedded', dmPolicy: 'pairing' } } };
    expect(withoutAccount(config, 'default')).toEqual({
      channels: { 'websocket-channel': { dmPolicy: 'pairing' } },
    });
  });
});

describe('what contradicts an embedded relay', () => {
  const beside = 'has no effect with mode "embedded", which is a relay by itself; remove one of them';

  it.each([
    [{ relayUrl: 'wss://relay.example.com/' }, [`warning: ${root}.relayUrl ${beside}`]],
    [{ token: 'secret' }, [`warning: ${root}.token ${beside}`]],
    [{ config: { wsUrl: 'wss://relay.example.com/' } }, [`warning: ${root}.config ${beside}`]],
  ])('%j is told, and it runs', (members, findings) => {
    expect(findingsOf({ mode: 'embedded', ...members })).toEqual(findings);
    expect(isUsable(resolve({ mode: 'embedded', ...members }))).toBe(true);
  });

  it.each([
    [{ mode: 'embeded' }, `error: ${root}.mode must be "relay" or "embedded"`],
    [
      { mode: 'embedded', embedded: { host: 'my-laptop' } },
      `error: ${root}.embedded.host must be an IP address of this machine, such as 127.0.0.1`,
    ],
    [
      { mode: 'embedded', embedded: { port: 0 } },
      `warning: ${root}.embedded.port must be a whole number above 0, at most 65535; its default counts until then`,
    ],
    [
      { mode: 'embedded', embedded: { port: 65_536 } },
      `warning: ${root}.embedded.port must be a whole number above 0, at most 65535; its default counts until then`,
    ],
    [
      { mode: 'embedded', embedded: { port: 80.5 } },
      `warning: ${root}.embedded.port must be a whole number above 0, at most 65535; its default counts until then`,
    ],
    [
      { mode: 'embedded', embedded: true },
      `warning: ${root}.embedded must be an object; its default counts until then`,
    ],
  ])('%j names the key', (section, finding) => {
    expect(
      findingsOf({ relayUrl: section.mode === 'embeded' ? 'wss://relay.example.com/' : null, ...section }),
    ).toEqual([finding]);
  });

  it('is a port that an earlier account has', () => {
    const section = {
      mode: 'embedded',
      accounts: { a: {}, b: { embedded: { port: 18781 } }, c: { embedded: { port: 18781 } } },
    };
    expect(findingsOf(section, 'default')).toEqual([]);
    expect(findingsOf(section, 'a')).toEqual([
      `error: ${root}.accounts.a.embedded.port is 18780 for the account default too; each embedded relay needs a port of its own`,
    ]);
    expect(findingsOf(section, 'b')).toEqual([]);
    expect(findingsOf(section, 'c')).toEqual([
      `error: ${root}.accounts.c.embedded.port is 18781 for the account b too; each embedded relay needs a port of its own`,
    ]);
  });

  it('is no port of an account that is off', () => {
    const section = { accounts: { a: { mode: 'embedded', enabled: false }, b: { mode: 'embedded' } } };
    expect(findingsOf(section, 'b')).toEqual([]);
  });
});

describe('an embedded relay that others than this machine reach', () => {
  const network = { mode: 'embedded', embedded: { host: '0.0.0.0' } };

  it.each([
    {},
    { dmPolicy: 'pairing' },
    { dmPolicy: 'allowlist', allowFrom: ['guest-1'] },
    { dmPolicy: 'disabled' },
  ])('is a warning where somebody decides who may talk: %j', (members) => {
    expect(findingsOf({ ...network, ...members })).toEqual([
      expect.stringMatching(/^warning: .*\.embedded\.host is 0\.0\.0\.0, .*unencrypted/),
    ]);
  });

  it('is refused where everybody may talk', () => {
    const open = { ...network, dmPolicy: 'open', allowFrom: ['*'] };
    expect(findingsOf(open)).toEqual([
      expect.stringMatching(/^error: .*\.embedded\.host is 0\.0\.0\.0, so that everybody on its network/),
    ]);
    expect(isUsable(resolve(open))).toBe(false);
    expect(findingsOf({ ...network, allowFrom: ['*'] })).toContainEqual(
      expect.stringMatching(/^error: .*\.embedded\.host /),
    );
    expect(findingsOf({ ...open, embedded: { host: '127.0.0.1' } })).toEqual([]);
  });
});
