import { describe, expect, it } from 'vitest';
import { migrateNestedConfig } from '../src/legacy-config.ts';

const inSection = (section: unknown) => ({
  gateway: {},
  channels: { telegram: {}, 'websocket-channel': section },
});

describe('the nested form becomes the flat one:', () => {
  it.each([
    [
      { enabled: true, config: { enabled: true, wsUrl: 'ws://a/' } },
      { enabled: true, relayUrl: 'ws://a/' },
      ['Moved channels.websocket-channel.config.wsUrl to channels.websocket-channel.relayUrl.'],
    ],
    [
      { config: { enabled: false, wsUrl: 'ws://a/' }, dmPolicy: 'open', allowFrom: ['*'] },
      { enabled: false, relayUrl: 'ws://a/', dmPolicy: 'open', allowFrom: ['*'] },
      [
        'Moved channels.websocket-channel.config.wsUrl to channels.websocket-channel.relayUrl.',
        'Moved channels.websocket-channel.config.enabled to channels.websocket-channel.enabled.',
      ],
    ],
    [
      { relayUrl: 'ws://b/', config: { wsUrl: 'ws://a/', groupId: 'x' } },
      { relayUrl: 'ws://b/' },
      [
        'Removed channels.websocket-channel.config.wsUrl, which had no effect beside channels.websocket-channel.relayUrl.',
        'Removed channels.websocket-channel.config.groupId: without effect.',
      ],
    ],
    [{ config: {} }, {}, ['Removed channels.websocket-channel.config: without effect.']],
  ])('%j', (before, after, changes) => {
    expect(migrateNestedConfig(inSection(before))).toEqual({ config: inSection(after), changes });
  });

  it.each([undefined, {}, { relayUrl: 'ws://b/' }, { config: 'ws://a/' }, { config: null }])(
    'not where there is none: %j',
    (section) => {
      const config = inSection(section);
      expect(migrateNestedConfig(config)).toEqual({ config, changes: [] });
    },
  );
});
