import { limits } from '@websocket-channel/protocol';
import type { LinkSocket } from '@websocket-channel/protocol/link';
import { WebSocket } from 'ws';

const handshakeTimeoutMs = 10_000;

/** Opens a WebSocket to a relay. A relay that announces lower limits keeps to them itself. */
export const openSocket = (url: string, subprotocols: readonly string[]): LinkSocket =>
  new WebSocket(url, [...subprotocols], {
    handshakeTimeout: handshakeTimeoutMs,
    maxPayload: 4 * limits.frameBytes,
    perMessageDeflate: false,
  }) as LinkSocket;
