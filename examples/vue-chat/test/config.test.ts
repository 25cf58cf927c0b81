import { expect, it } from 'vitest';
import { ConfigError, parseConfig } from '../src/config.ts';

const page = 'https://chat.example.com/help/';

it('takes an absolute relay address and one relative to the page', () => {
  const model = { label: 'qwen-plus', standIn: false };
  expect(parseConfig({ relayUrl: 'ws://127.0.0.1:8765/', model }, page)).toEqual({
    relayUrl: 'ws://127.0.0.1:8765/',
    model,
  });
  expect(parseConfig({ relayUrl: '/relay', history: false }, page)).toEqual({
    relayUrl: 'wss://chat.example.com/relay',
    history: false,
  });
  expect(parseConfig({ relayUrl: '/relay', identity: 'browser' }, page)).toMatchObject({
    identity: 'browser',
  });
});

it.each([
  [undefined, /JSON object/],
  [{}, /relayUrl must be a string/],
  [{ relayUrl: 'https://example.com/' }, /relayUrl must be a ws/],
  [{ relayUrl: '/', history: 'no' }, /history must be true or false/],
  [{ relayUrl: '/', identity: 'cookie' }, /identity must be "name" or "browser"/],
  [{ relayUrl: '/', model: { label: 'x' } }, /model must be/],
])('names what is wrong with %j', (value, message) => {
  expect(() => parseConfig(value, page)).toThrow(ConfigError);
  expect(() => parseConfig(value, page)).toThrow(message);
});
