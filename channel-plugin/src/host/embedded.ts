import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { EmbeddedRelayPlace } from '../accounts.ts';
import type { EmbeddedRelay } from '../embedded/embedded-relay.ts';
import { messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import { escapeId } from '../session-key.ts';
import { stateFolder } from './runtime.ts';

/** The page, as it is packed: beside the plugin's code. */
const pageFolder = fileURLToPath(new URL('page/', import.meta.url));

/** How long a relay that could not be started rests, in milliseconds: whoever has its port may end. */
const restMs = 5000;

/** Whom the hosting of a relay tells how it goes, and what ends it. */
interface Hosting {
  readonly accountId: string;
  readonly log: Log;
  readonly abortSignal: AbortSignal;
  /** Is told why the relay cannot be started now. */
  block(reason: string): void;
}

const troubles = new Map<string, string>();

/** Why the embedded relay of an account could not be started so far. */
export const relayTrouble = (accountId: string): string | undefined => troubles.get(accountId);

/**
 * Starts the embedded relay of an account. Where it cannot be started, `block` is told why, and it is tried again.
 *
 * @returns Nothing where the account is stopped before it succeeds.
 */
export async function hostRelay(
  place: EmbeddedRelayPlace,
  { accountId, log, abortSignal, block }: Hosting,
): Promise<EmbeddedRelay | undefined> {
  // Who has a relay elsewhere does not pay for this one.
  const { startEmbeddedRelay } = await import('../embedded/embedded-relay.ts');
  const folder = join(stateFolder(), `${escapeId(accountId)}-embedded`);
  while (!abortSignal.aborted) {
    try {
      const relay = await startEmbeddedRelay({ address: place, folder, pageFolder, log });
      troubles.delete(accountId);
      log.info(`The chat page is at ${place.pageUrl}`);
      return relay;
    } catch (error) {
      const reason = reasonOf(error, place);
      if (reason !== troubles.get(accountId)) log.error(reason);
      troubles.set(accountId, reason);
      block(reason);
      await pause(restMs, undefined, { signal: abortSignal }).catch(() => {});
    }
  }
  troubles.delete(accountId);
  return undefined;
}

function reasonOf(error: unknown, { key, host, port }: EmbeddedRelayPlace): string {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE':
      return `${key}.port ${port} is in use by another program; choose another one`;
    case 'EACCES':
      return `${key}.port ${port} may not be used by the Gateway's user; choose one above 1023`;
    case 'EADDRNOTAVAIL':
      return `${key}.host ${host} is no address of this machine`;
    default:
      return `${key} cannot be started: ${messageOf(error)}`;
  }
}
