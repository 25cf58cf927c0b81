import type { LinkLoss, LinkState } from '@websocket-channel/protocol/link';
import { ClientError } from './errors.ts';

/** Where the client is on its way to the relay. */
export interface ClientStatus {
  /** `waiting`: for the next attempt. `closed`: by `close`, or by a relay that refuses for good. */
  readonly state: 'idle' | 'connecting' | 'online' | 'waiting' | 'closed';
  /** Attempts in vain so far. */
  readonly attempt?: number;
  /** Of `waiting`: until the next attempt, in milliseconds. */
  readonly delayMs?: number;
  /** Of `waiting` and `closed`: why the connection ended. */
  readonly loss?: LinkLoss;
}

/** The status of a client whose link is in this state. */
export function statusOf({ status, ...rest }: LinkState): ClientStatus {
  if (status === 'ready') return { state: 'online' };
  return { state: status === 'preparing' || status === 'greeting' ? 'connecting' : status, ...rest };
}

const refusals: Readonly<Record<number, string>> = {
  4401: 'unauthenticated',
  4403: 'forbidden',
  4406: 'unsupported_version',
};

/** Why a client is closed: by its owner, or by a close code of the range that forbids to come back. */
export function refusal(loss: LinkLoss | undefined): ClientError {
  if (loss === undefined) return new ClientError('closed', 'Closed');
  return new ClientError(refusals[loss.code] ?? `close_${loss.code}`, `Closed: ${loss.reason || loss.code}`);
}
