import type { WebSocket } from 'ws';
import { type ErrorCode, errorCodes } from '../../../src/error-codes.ts';
import type { Hello } from '../../../src/generated/frames.ts';
import type { ReferenceRelayOptions } from './options.ts';

export type Frame = Record<string, unknown> & { type: string };

/** One connection of the reference relay. */
export interface Peer {
  readonly role: 'client' | 'agent';
  readonly socket: WebSocket;
  hello: Hello | undefined;
  source: string;
  heardAt: number;
  spokenAt: number;
  pingedAt: number;
  reads(capability: string): boolean;
  send(frame: Frame): void;
  refuse(code: ErrorCode, more?: Record<string, unknown>): void;
  close(code: number): void;
}

export function createPeer(
  socket: WebSocket,
  role: Peer['role'],
  { has, bufferedBytes }: ReferenceRelayOptions,
): Peer {
  const peer: Peer = {
    role,
    socket,
    hello: undefined,
    source: '',
    heardAt: Date.now(),
    spokenAt: Date.now(),
    pingedAt: 0,
    reads: (capability) => peer.hello?.capabilities?.includes(capability) === true,
    send(frame) {
      if (socket.readyState !== socket.OPEN) return;
      if (socket.bufferedAmount > bufferedBytes && !has('R-CLOSE-6')) return peer.close(4508);
      peer.spokenAt = Date.now();
      socket.send(has('R-FRAME-1') ? Buffer.from(JSON.stringify(frame)) : JSON.stringify(frame));
    },
    refuse(code, more = {}) {
      const { retryable, meaning } = errorCodes[code];
      peer.send({ type: 'error', code, message: meaning, retryable, ...more });
      if (code === 'forbidden' && peer.hello !== undefined && has('R-CLOSE-5')) peer.close(4403);
    },
    close: (code) => socket.close(code),
  };
  return peer;
}
