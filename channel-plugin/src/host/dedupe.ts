import { createClaimableDedupe } from 'openclaw/plugin-sdk/persistent-dedupe';
import { channelId } from '../channel-id.ts';
import type { Claim } from '../host-port.ts';

const day = 24 * 60 * 60 * 1000;

/**
 * Remembers handled events in the Gateway's own state, so that one that the relay delivers again after a restart is not
 * answered twice.
 */
export function createEventClaims(onDiskError: (error: unknown) => void): (key: string) => Promise<Claim> {
  const dedupe = createClaimableDedupe({
    pluginId: channelId,
    ttlMs: 30 * day,
    memoryMaxSize: 5000,
    stateMaxEntries: 20_000,
    onDiskError,
  });

  return async function claim(key) {
    for (;;) {
      const result = await dedupe.claim(key);
      switch (result.kind) {
        case 'duplicate':
          return { status: 'duplicate' };
        case 'claimed': {
          let kept: Promise<void> | undefined;
          return {
            status: 'new',
            keep: () => (kept ??= dedupe.commit(key).then(() => {})),
          };
        }
        case 'inflight':
          await result.pending.catch(() => {});
      }
    }
  };
}
