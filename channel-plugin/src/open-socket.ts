import { limits } from '@websocket-channel/protocol';
import type { LinkSocket } from '@websocket-channel/protocol/link';
import { WebSocket } from 'ws';

const handshakeTimeoutMs = 10_000;

/**
 * Opens a WebSocket to a relay. A relay that announces lower limits keeps to them itself. The socket asks the other end for a
 * sign of life, which WebSockets answer by themselves: a relay of v0 may say nothing for days, and one that is cut off does too.
 *
 * @param aliveMs How often it asks, and how long the answer may take, in milliseconds.
 */
export function openSocket(url: string, subprotocols: readonly string[], aliveMs = 30_000): LinkSocket {
  const socket = new WebSocket(url, [...subprotocols], {
    handshakeTimeout: handshakeTimeoutMs,
    maxPayload: 4 * limits.frameBytes,
    perMessageDeflate: false,
  });
  let isAsked = false;
  const timer = setInterval(() => {
    if (socket.readyState !== WebSocket.OPEN) return;
    // A turn later, so that an answer that came while this thread was busy counts.
    if (isAsked) return void setTimeout(() => isAsked && socket.terminate());
    isAsked = true;
    socket.ping();
  }, aliveMs).unref();
  socket.on('pong', () => {
    isAsked = false;
  });
  socket.on('close', () => clearInterval(timer));
  return socket as LinkSocket;
}
