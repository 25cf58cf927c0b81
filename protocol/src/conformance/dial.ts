import { WebSocket } from 'ws';
import { subprotocol } from '../versions.ts';
import { Unmet } from './unmet.ts';

/** How a connection to a relay is opened. */
export interface DialOptions {
  readonly url: string;
  readonly timeoutMs: number;
  /** The page that the connection claims to come from. */
  readonly origin?: string | undefined;
}

/** Opens a WebSocket, with the subprotocol of version 1. It reads nothing until its events are listened to. */
export function dial({ url, timeoutMs, origin }: DialOptions): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, [subprotocol], {
      perMessageDeflate: false,
      handshakeTimeout: timeoutMs,
      maxPayload: 64 * 1024 * 1024,
      ...(origin !== undefined && { origin }),
    });
    const fail = (came: string) => {
      socket.on('error', () => {});
      reject(new Unmet(`a WebSocket at ${url}`, came, []));
    };
    socket.once('error', (error) => fail(error.message));
    socket.once('unexpected-response', (_request, response) => {
      response.resume();
      socket.terminate();
      fail(`HTTP ${response.statusCode}`);
    });
    socket.once('open', () => {
      socket.removeAllListeners('error');
      // What comes before the listeners are there would be lost: a relay may speak at once.
      socket.pause();
      resolve(socket);
    });
  });
}
