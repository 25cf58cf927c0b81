/**
 * A relay with a store that breaks a promise, for the negative controls:
 * `relay-program.ts --defect <name> --file <database> --host <address> --port <port>`.
 */
import { parseArgs } from 'node:util';
import { createRelay } from '@websocket-channel/sdk-relay';
import { createSqliteStore } from '@websocket-channel/sdk-relay/sqlite';
import { defects } from './broken-stores.ts';

const { values } = parseArgs({
  options: {
    defect: { type: 'string', default: '' },
    file: { type: 'string', default: '' },
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '0' },
  },
});
const defect = defects[values.defect as keyof typeof defects];
if (defect === undefined) throw new Error(`--defect must be one of: ${Object.keys(defects).join(', ')}`);

const relay = createRelay({
  development: true,
  agentTokens: { default: process.env.WEBSOCKET_CHANNEL_AGENT_TOKEN ?? '' },
  store: defect(await createSqliteStore({ file: values.file })),
});
const { port } = await relay.listen({ host: values.host, port: Number(values.port) });
console.log(`listening ws://127.0.0.1:${port}`);
process.once('SIGTERM', () => void relay.close());
