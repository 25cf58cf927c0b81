import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { subprotocol } from '@websocket-channel/protocol';
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws';
import { examine } from './authentication.ts';
import type { Authenticate, ParticipantIdentity } from './identity.ts';
import type { ResolvedOptions } from './options.ts';
import type { Peer, Stats } from './stats.ts';
import { addressKey, admit, peerOf } from './upgrade.ts';

/** An upgrade that was granted. */
export interface Arrival {
  readonly socket: WebSocket;
  readonly stream: Duplex;
  readonly request: IncomingMessage;
  readonly peer: Peer;
  /** Who a peer of the older wire is; it says no hello. */
  readonly legacy?: ParticipantIdentity;
}

/** How many times `frameBytes` a message may have before the connection ends instead of the frame being refused. */
const hardBound = 4;

/** How long a peer may take to answer a close before its socket is destroyed, in milliseconds. */
const closeTimeoutMs = 5000;

/** The door: decides on upgrades, bounds connections per address, and opens the WebSocket. */
export class Entrance {
  readonly #options: ResolvedOptions;
  readonly #stats: Stats;
  readonly #welcome: (arrival: Arrival) => void;
  readonly #server: WebSocketServer;
  readonly #perAddress = new Map<string, number>();
  #connections = 0;
  #isClosed = false;

  constructor(options: ResolvedOptions, stats: Stats, welcome: (arrival: Arrival) => void) {
    this.#options = options;
    this.#stats = stats;
    this.#welcome = welcome;
    const settings: ServerOptions & { closeTimeout: number } = {
      noServer: true,
      clientTracking: false,
      closeTimeout: closeTimeoutMs,
      perMessageDeflate: false,
      maxPayload: options.limits.frameBytes * hardBound,
      handleProtocols: () => subprotocol,
    };
    this.#server = new WebSocketServer(settings);
  }

  close(): void {
    this.#isClosed = true;
  }

  /** @returns Whether the request named one of the relay's paths; otherwise it was left untouched. */
  take(request: IncomingMessage, stream: Duplex, head: Buffer): boolean {
    const peer = peerOf(request, this.#options.paths);
    if (peer === undefined) return false;
    stream.on('error', () => stream.destroy());
    this.#safely(stream, () => this.#decide(request, stream, head, peer));
    return true;
  }

  #safely(stream: Duplex, action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#options.logger.error({ err: error }, 'an upgrade could not be handled');
      this.#refuse(stream, 500, 'The relay could not handle the request');
    }
  }

  #decide(request: IncomingMessage, stream: Duplex, head: Buffer, peer: Peer): void {
    const admission = admit(request, peer, this.#options);
    if (admission.status !== 'admitted') return this.#refuse(stream, admission.status, admission.message);
    if (this.#isClosed) return this.#refuse(stream, 503, 'The relay is shutting down');
    const address = addressKey(this.#options.address(request));
    const count = this.#perAddress.get(address) ?? 0;
    const { connections, connectionsPerAddress } = this.#options.limits;
    if (this.#connections >= connections || count >= connectionsPerAddress) {
      return this.#refuse(stream, 503, 'Too many connections');
    }
    this.#connections++;
    this.#perAddress.set(address, count + 1);
    stream.once('close', () => this.#leave(address));
    const open = (legacy?: ParticipantIdentity): void => {
      // It may have closed while a token was examined.
      if (this.#isClosed) return this.#refuse(stream, 503, 'The relay is shutting down');
      this.#server.handleUpgrade(request, stream, head, (socket) => {
        this.#welcome({ socket, stream, request, peer, ...(legacy !== undefined && { legacy }) });
      });
    };
    if (admission.legacy) this.#examine(request, stream, peer, open);
    else open();
  }

  /** A peer of the older wire shows its token in a header or not at all, so that it is examined at the door. */
  #examine(
    request: IncomingMessage,
    stream: Duplex,
    peer: Peer,
    open: (identity: ParticipantIdentity) => void,
  ): void {
    const { authenticate, authenticateAgent, authenticationTimeoutMs, logger } = this.#options;
    const hook: Authenticate<ParticipantIdentity> = peer === 'client' ? authenticate : authenticateAgent;
    const credentials = { token: undefined, claimed: undefined, request };
    examine(hook, credentials, authenticationTimeoutMs, (authentication) => {
      switch (authentication.status) {
        case 'known':
          return this.#safely(stream, () => open(authentication.identity));
        case 'unknown':
          return this.#refuse(stream, 401, 'A token is needed');
        case 'failed':
          logger.error({ err: authentication.error }, 'the authentication failed');
          return this.#refuse(stream, 503, 'The token cannot be examined now');
      }
    });
  }

  #leave(address: string): void {
    this.#connections--;
    const count = (this.#perAddress.get(address) ?? 1) - 1;
    if (count === 0) this.#perAddress.delete(address);
    else this.#perAddress.set(address, count);
  }

  #refuse(stream: Duplex, status: number, message: string): void {
    this.#stats.refusedUpgrade(status);
    refuseUpgrade(stream, status, message);
  }
}

/** Answers an upgrade with a plain HTTP response and ends the connection. */
export function refuseUpgrade(stream: Duplex, status: number, message: string): void {
  const headers = [
    'Connection: close',
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(message)}`,
    ...(status === 426 ? ['Upgrade: websocket', `Sec-WebSocket-Protocol: ${subprotocol}`] : []),
    ...(status === 503 ? ['Retry-After: 1'] : []),
  ];
  stream.once('finish', () => stream.destroy());
  stream.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${headers.join('\r\n')}\r\n\r\n${message}`);
}
