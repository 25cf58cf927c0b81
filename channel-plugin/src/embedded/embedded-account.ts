import type { AccountConfig } from '../config-schema.ts';
import { defaultAddress, type EmbeddedAddress, isListenable, isLoopback } from './address.ts';

/** What of the configuration decides where an account's relay is. */
export type RelayPlace = Pick<AccountConfig, 'mode' | 'embedded' | 'relayUrl'>;

/** Whether an account's relay is embedded. An address of its own says more than the mode that it would inherit. */
export function isEmbedded(root: RelayPlace | undefined, own?: RelayPlace): boolean {
  if (own?.mode == null && own?.relayUrl != null) return false;
  return (own?.mode ?? root?.mode) === 'embedded';
}

/** The address of an embedded relay, with its defaults filled in. What is no address to listen at is told, and the default counts. */
export function embeddedAddress({ embedded }: RelayPlace, find: (message: string) => void): EmbeddedAddress {
  const { host = defaultAddress.host, port = defaultAddress.port } = embedded ?? {};
  if (isListenable(host)) return { host, port };
  find('must be an IP address of this machine, such as 127.0.0.1');
  return { ...defaultAddress, port };
}

/** What the operator should know of an embedded relay before it is started. */
export function* embeddedFindings(
  { host, port }: EmbeddedAddress,
  /** Members written beside the mode. */
  beside: { readonly relayUrl?: unknown; readonly token?: unknown; readonly config?: unknown },
  {
    everybody,
    rival,
  }: {
    /** Whether whoever comes may talk to the agent. */
    readonly everybody: boolean;
    /** Another account that has the port already. */
    readonly rival: string | undefined;
  },
): Generator<{
  readonly member: string;
  readonly message: string;
  readonly severity: 'error' | 'warning';
}> {
  for (const member of ['relayUrl', 'token', 'config'] as const) {
    if (beside[member] == null) continue;
    yield {
      member,
      message: 'has no effect with mode "embedded", which is a relay by itself; remove one of them',
      severity: 'warning',
    };
  }
  if (rival !== undefined) {
    yield {
      member: 'embedded.port',
      message: `is ${port} for the account ${rival} too; each embedded relay needs a port of its own`,
      severity: 'error',
    };
  }
  if (isLoopback(host)) return;
  yield everybody
    ? {
        member: 'embedded.host',
        message: `is ${host}, so that everybody on its network could talk to the agent; set dmPolicy to "pairing" or "allowlist" and remove "*" from allowFrom, or listen at 127.0.0.1`,
        severity: 'error',
      }
    : {
        member: 'embedded.host',
        message: `is ${host}, so that what is said crosses the network unencrypted; use a relay behind TLS where others could listen`,
        severity: 'warning',
      };
}
