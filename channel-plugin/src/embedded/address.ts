import { isIP } from 'node:net';

/** Where an embedded relay and its page listen. */
export interface EmbeddedAddress {
  /** An IP address, or `localhost`. */
  readonly host: string;
  readonly port: number;
}

/** Where they listen unless the operator says otherwise: this machine alone gets there. */
export const defaultAddress: EmbeddedAddress = { host: '127.0.0.1', port: 18780 };

/** Where agents connect; the token of each start is what keeps others out. */
export const agentPath = '/openclaw';

/** Where clients connect. */
export const clientPath = '/relay';

/** Whether a host can be listened at. */
export const isListenable = (host: string): boolean => host === 'localhost' || isIP(host) !== 0;

/** Whether only this machine reaches a host, which is an IP address or `localhost`. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));

/** The page, as a browser on this machine reaches it. */
export const pageUrl = (address: EmbeddedAddress): string => `http://${authority(address)}/`;

/** The relay, as the agent in the same process reaches it. */
export const agentUrl = (address: EmbeddedAddress): string => `ws://${authority(address)}${agentPath}`;

function authority({ host, port }: EmbeddedAddress): string {
  // Listening at all addresses is no address to connect to.
  const reached = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `${isIP(reached) === 6 ? `[${reached}]` : reached}:${port}`;
}
