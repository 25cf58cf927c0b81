import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type Account, firstError } from './accounts.ts';
import type { Agent } from './agent.ts';
import { messageOf } from './errors.ts';

/** Whether a relay can be reached. */
export interface RelayProbe {
  readonly ok: boolean;
  /** How long the relay took to answer, or, where no agent is connected, its address to be reached, in milliseconds. */
  readonly rttMs?: number;
  readonly error?: string;
}

/**
 * Asks the relay over the agent's connection, else tries whether something listens at its address. It does not greet the
 * relay anew: a second agent of the same account would put the first one out.
 */
export async function probeRelay(
  account: Account,
  timeoutMs: number,
  agent?: Pick<Agent, 'relayUrl' | 'roundTrip'>,
): Promise<RelayProbe> {
  const { relayUrl } = account;
  if (relayUrl === undefined) return { ok: false, error: firstError(account) ?? 'relayUrl is missing' };
  const answered = agent?.relayUrl === relayUrl ? await agent.roundTrip(timeoutMs / 2) : undefined;
  if (answered !== undefined) return { ok: true, rttMs: Math.round(answered) };
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
