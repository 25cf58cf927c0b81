import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Account } from './accounts.ts';
import { messageOf } from './errors.ts';

/** Whether a relay can be reached. */
export interface RelayProbe {
  readonly ok: boolean;
  /** How long the connection took to open, in milliseconds. */
  readonly rttMs?: number;
  readonly error?: string;
}

/**
 * Tries whether something listens at the relay's address. It does not greet the relay: a second agent of the same account
 * would put the first one out.
 */
export async function probeRelay({ relayUrl }: Account, timeoutMs: number): Promise<RelayProbe> {
  if (relayUrl === undefined) return { ok: false, error: 'relayUrl is missing' };
  const { hostname, port, protocol } = new URL(relayUrl);
  const host = hostname.replace(/^\[|\]$/g, '');
  const secure = protocol === 'wss:';
  const since = performance.now();
  const socket = secure
    ? connectTls({ host, port: Number(port || 443), servername: host })
    : connectTcp({ host, port: Number(port || 80) });
  try {
    await once(socket, secure ? 'secureConnect' : 'connect', { signal: AbortSignal.timeout(timeoutMs) });
    return { ok: true, rttMs: Math.round(performance.now() - since) };
  } catch (error) {
    return { ok: false, error: messageOf(error) };
  } finally {
    // A late failure of a socket that nobody waits for is nobody's business.
    socket.on('error', () => {});
    socket.destroy();
  }
}
