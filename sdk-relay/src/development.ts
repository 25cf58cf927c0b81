import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIPv4 } from 'node:net';
import type { AgentIdentity, Authenticate, ParticipantIdentity } from './identity.ts';

const forwardingHeaders = [
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-real-ip',
  'cf-connecting-ip',
  'via',
];

/** Whether a request comes from this machine itself, and not through a proxy on it. */
export const isLocal = ({ socket, headers }: IncomingMessage): boolean =>
  isLoopbackAddress(socket.remoteAddress ?? '') && !forwardingHeaders.some((name) => name in headers);

/** Whether a page was loaded from this machine. */
export function isLoopbackOrigin(origin: string): boolean {
  if (!URL.canParse(origin)) return false;
  const { hostname } = new URL(origin);
  return hostname === 'localhost' || hostname.endsWith('.localhost') || isLoopbackAddress(hostname);
}

/** A guest is who it says it is. */
export const developmentParticipant: Authenticate<ParticipantIdentity> = ({ claimed }) => ({
  source: claimed ?? `guest-${randomBytes(4).toString('hex')}`,
});

/** Any agent is the account `default`. */
export const developmentAgent: Authenticate<AgentIdentity> = () => ({ source: 'default' });

function isLoopbackAddress(address: string): boolean {
  const plain = address.replace(/^\[|\]$/g, '').replace(/^::ffff:/, '');
  return plain === '::1' || (isIPv4(plain) && plain.startsWith('127.'));
}
