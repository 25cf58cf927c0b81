import { afterEach, expect } from 'vitest';
import { type RawRelay, startRawRelay } from './raw-relay.ts';

const relays: RawRelay[] = [];

afterEach(() => {
  const broken = relays.splice(0).flatMap(({ violations }) => violations);
  expect(broken, 'what the agent broke').toEqual([]);
});

/** Starts a relay whose agents have to obey the protocol, or the test fails. */
export async function startWatchedRelay(...options: Parameters<typeof startRawRelay>): Promise<RawRelay> {
  const relay = await startRawRelay(...options);
  relays.push(relay);
  return relay;
}
