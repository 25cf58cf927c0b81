/** The plugin's and the channel's id, and its section under `channels` in the Gateway's configuration. */
export const channelId = 'websocket-channel';

/** Shorter name that people may use for the channel. */
export const channelAlias = 'ws';
