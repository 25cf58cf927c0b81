import type { IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';
import { subprotocol } from '@websocket-channel/protocol';
import { isLocal, isLoopbackOrigin } from './development.ts';
import type { ResolvedOptions } from './options.ts';
import type { Peer } from './stats.ts';

/** What becomes of a request for an upgrade. */
export type Admission =
  | { readonly status: 'admitted'; readonly legacy: boolean }
  | { readonly status: 403 | 426; readonly message: string };

/** Which of the relay's paths a request names. */
export function peerOf({ url = '' }: IncomingMessage, paths: ResolvedOptions['paths']): Peer | undefined {
  const [path] = url.split('?', 1);
  if (path === paths.clients) return 'client';
  return path === paths.agents ? 'agent' : undefined;
}

/** Decides whether a peer may open a WebSocket, before anything is known of who it is. */
export function admit(request: IncomingMessage, peer: Peer, options: ResolvedOptions): Admission {
  if (options.development && !isLocal(request)) {
    return { status: 403, message: 'In development mode only this machine itself may connect' };
  }
  const { origin } = request.headers;
  if (origin !== undefined && peer === 'agent') {
    return { status: 403, message: 'An agent is no web page' };
  }
  if (origin !== undefined && !isAllowed(origin, request, options)) {
    return { status: 403, message: 'Pages of this origin may not connect' };
  }
  const offered = request.headers['sec-websocket-protocol'];
  if (offered?.split(',').some((token) => token.trim() === subprotocol) === true) {
    return { status: 'admitted', legacy: false };
  }
  return offered === undefined && options.legacy
    ? { status: 'admitted', legacy: true }
    : { status: 426, message: `Select the WebSocket subprotocol ${subprotocol}` };
}

/** Whether pages of an origin may reach the relay. */
export function isAllowed(
  origin: string,
  request: IncomingMessage,
  { origins, development }: ResolvedOptions,
): boolean {
  if (typeof origins === 'function' ? origins(origin, request) : isListed(origin, origins)) return true;
  if (development) return isLoopbackOrigin(origin);
  return URL.canParse(origin) && new URL(origin).host === request.headers.host;
}

const isListed = (origin: string, origins: readonly string[]): boolean =>
  origins.includes('*') || origins.includes(origin);

/** What connections are counted by: an IPv4 address, or the network that one holder of IPv6 addresses has. */
export function addressKey(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  if (!isIPv6(plain)) return plain;
  const [head = '', tail] = plain.split('%', 1)[0]!.split('::');
  const groups = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - groups.length - after.length);
  return [...groups, ...Array<string>(zeros).fill('0'), ...after]
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, '').toLowerCase())
    .join(':');
}
