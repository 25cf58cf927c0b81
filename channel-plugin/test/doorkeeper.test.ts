import { describe, expect, it } from 'vitest';
import { isOwnHost } from '../src/embedded/doorkeeper.ts';

describe('a host that is ours', () => {
  it.each([
    '127.0.0.1:18780',
    '127.0.0.1',
    '127.3.2.1:9',
    'localhost:18780',
    'LOCALHOST',
    '[::1]:18780',
    // As a forwarded port has it.
    'localhost:9000',
  ])('on this machine alone: %s', (host) => {
    expect(isOwnHost(host, true)).toBe(true);
  });

  it.each(['192.168.1.7:18780', '[fe80::1]:18780', '10.0.0.1'])('only on a network: %s', (host) => {
    expect(isOwnHost(host, false)).toBe(true);
    expect(isOwnHost(host, true)).toBe(false);
  });

  it.each([
    undefined,
    '',
    'evil.example',
    'evil.example:18780',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    'evil-localhost',
    '127.0.0.1@evil.example',
    'evil.example#127.0.0.1',
    'evil.example/127.0.0.1',
    '127.0.0.1 evil.example',
    '127.0.0.1; script-src *',
    "127.0.0.1'",
    '[::1',
    '127.0.0.1:99999',
  ])('is not %j, anywhere', (host) => {
    expect(isOwnHost(host, true)).toBe(false);
    expect(isOwnHost(host, false)).toBe(false);
  });
});
