/** Ours, with its logs in a SQLite database. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRelay } from '@websocket-channel/sdk-relay';
import { createSqliteStore } from '@websocket-channel/sdk-relay/sqlite';
import { announcePort } from './announce.ts';

const folder = mkdtempSync(join(tmpdir(), 'bench-relay-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const rate = { burst: 1e9, perMs: 1 };
const relay = createRelay({
  development: true,
  store: await createSqliteStore({ file: join(folder, 'relay.db') }),
  limits: { events: rate, frames: rate, connectionsPerAddress: 1e4 },
});
announcePort((await relay.listen({ port: 0 })).port);
