/**
 * OpenClaw channel that talks to any app through a WebSocket relay. This entry is loaded by OpenClaw; there is nothing in
 * it to call.
 *
 * @packageDocumentation
 */
import { defineChannelPluginEntry } from 'openclaw/plugin-sdk/channel-core';
import manifest from '../openclaw.plugin.json' with { type: 'json' };
import { channel } from './host/channel.ts';
import { disposeAgents } from './host/gateway.ts';
import { registerRoutes } from './host/routes.ts';
import { setRuntime } from './host/runtime.ts';

/** What OpenClaw loads. */
const entry: ReturnType<typeof defineChannelPluginEntry> = defineChannelPluginEntry({
  id: manifest.id,
  name: manifest.name,
  description: manifest.description,
  plugin: channel,
  setRuntime,
  registerFull(api) {
    registerRoutes(api);
    // A registration that merely looks which tools there are starts no account.
    if (api.registrationMode === 'full') api.lifecycle.onDispose?.(disposeAgents);
  },
});

export default entry;
