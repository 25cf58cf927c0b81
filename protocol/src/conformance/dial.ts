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

/**
 * Opens a WebSocket and offers the subprotocol of version 1; a relay that does not select it is tested all the same.
 * Nothing is read until it is resumed.
 */
export async function dial(options: DialOptions): Promise<WebSocket> {
  try {
    return await open(options, [subprotocol]);
  } catch (error) {
    if (error instanceof Unmet && error.came === 'Server sent no subprotocol') return open(options, []);
    throw error;
  }
}

function open({ url, timeoutMs, origin }: DialOptions, subprotocols: readonly string[]): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, [...subprotocols], {
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
