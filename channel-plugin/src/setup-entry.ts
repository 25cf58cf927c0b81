/** The part of the plugin that OpenClaw loads to set the channel up or to describe it. */
import { defineSetupPluginEntry } from 'openclaw/plugin-sdk/channel-core';
import { channel } from './host/channel.ts';

export default defineSetupPluginEntry(channel);
