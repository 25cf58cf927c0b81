import { isIP } from 'node:net';
import { isLoopback } from './address.ts';

/**
 * Whether a request that names this host may be answered. A page from elsewhere can have its own name resolve to this machine
 * (DNS rebinding) and would then count as one of ours. No name is needed to get here, so that none is taken: an IP address
 * cannot be made to mean another machine, and browsers resolve `localhost` by themselves.
 *
 * @param host The header `Host`.
 * @param local Whether only this machine is let in.
 */
export function isOwnHost(host: string | undefined, local: boolean): boolean {
  if (host === undefined || !/^[a-z0-9.:[\]-]+$/i.test(host)) return false;
  const hostname = URL.parse(`http://${host}/`)?.hostname.replace(/^\[|\]$/g, '');
  if (hostname === undefined) return false;
  return isLoopback(hostname) || (!local && isIP(hostname) !== 0);
}
