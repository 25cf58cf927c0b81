import { describe, expect, it } from 'vitest';
import { withAccount, withoutAccount } from '../src/channel-section.ts';

const cfg = (section: object) => ({ channels: { 'websocket-channel': section } });

describe('a changed account', () => {
  it.each([
    ['default', {}, { name: 'n' }],
    [
      'default',
      { accounts: { Default: { token: 't' } } },
      { accounts: { Default: { token: 't', name: 'n' } } },
    ],
    ['sales', { accounts: { Sales: { token: 't' } } }, { accounts: { Sales: { token: 't', name: 'n' } } }],
    ['sales', { relayUrl: 'ws://a' }, { relayUrl: 'ws://a', accounts: { sales: { name: 'n' } } }],
  ])('%s of %j keeps the operator’s spelling', (id, before, after) => {
    expect(withAccount(cfg(before), id, { name: 'n' })).toEqual(cfg(after));
  });
});

describe('a removed account', () => {
  it.each([
    ['sales', { accounts: { Sales: {}, help: {} } }, { accounts: { help: {} } }],
    ['default', { relayUrl: 'ws://a', token: 't', dmPolicy: 'open' }, { dmPolicy: 'open' }],
    ['nobody', { relayUrl: 'ws://a' }, { relayUrl: 'ws://a' }],
  ])('%s of %j leaves the others', (id, before, after) => {
    expect(withoutAccount(cfg(before), id)).toEqual(cfg(after));
  });
});
