/** Ours with bounds that a day reaches soon, in memory or, with `sqlite`, in a database; it tells what it holds. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { closeCodes } from '@websocket-channel/protocol';
import { createRelay, memoryStore } from '@websocket-channel/sdk-relay';
import { createSqliteStore } from '@websocket-channel/sdk-relay/sqlite';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const bounds = { frames: 100 };
const folder = mkdtempSync(join(tmpdir(), 'websocket-channel-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, 'relay.db');

const rate = { burst: 1e9, perMs: 1 };
const relay = createRelay({
  development: true,
  store: process.argv[2] === 'sqlite' ? await createSqliteStore({ file, ...bounds }) : memoryStore(bounds),
  limits: { events: rate, frames: rate, connectionsPerAddress: 1e4 },
});
const { port } = await relay.listen({ port: 0 });

process.on('message', () => {
  collect();
  const { heapUsed, external, rss } = process.memoryUsage();
  const closedAsSlow = relay.stats().closes[closeCodes.slowReader] ?? 0;
  process.send?.({ heldBytes: heapUsed + external, residentBytes: rss, closedAsSlow });
});
process.on('disconnect', () => process.exit());
process.send?.({ port });
