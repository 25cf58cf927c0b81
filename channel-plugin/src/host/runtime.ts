import { join } from 'node:path';
import { createPluginRuntimeStore, type PluginRuntime } from 'openclaw/plugin-sdk/runtime-store';
import { channelId } from '../channel-id.ts';

const store = createPluginRuntimeStore<PluginRuntime>({
  pluginId: channelId,
  errorMessage: 'The WebSocket channel is not registered with a Gateway',
});

/** Called once by the Gateway when it loads the plugin. */
export const setRuntime = store.setRuntime;

/** What the Gateway offers to the plugin. @throws {Error} before the plugin is registered. */
export const getRuntime = store.getRuntime;

/** Where the channel keeps what is to survive, in the Gateway's folder of state. @throws {Error} before the plugin is registered. */
export const stateFolder = (): string => join(getRuntime().state.resolveStateDir(), channelId);
