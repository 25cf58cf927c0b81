/** Ours, with everything on but the rates, which a load of this size would hit at once. */
import { createRelay } from '@websocket-channel/sdk-relay';
import { announcePort } from './announce.ts';

const rate = { burst: 1e9, perMs: 1 };
const relay = createRelay({
  development: true,
  limits: { events: rate, frames: rate, connectionsPerAddress: 1e4 },
});
announcePort((await relay.listen({ port: 0 })).port);
