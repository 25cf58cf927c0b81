/** WebSocket subprotocol of major version 1. */
export const subprotocol = 'websocket-channel.v1';

/** Major versions that this package speaks, best first. */
export const versions: readonly number[] = [1];
