/** `npm run bench -- [--quick] [--json FILE] [--only WORKLOAD]`: CPU of our relay, on both stores, against raw `ws` and Socket.IO. */
import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { rawWs, rawWsFrames } from './dialects/raw-ws.ts';
import { sdkRelay } from './dialects/sdk-relay.ts';
import { socketIo } from './dialects/socket-io.ts';
import { type Candidate, measure } from './measure.ts';
import { startRelay } from './relay-process.ts';
import { markdown, type Row, rowsOf } from './report.ts';
import { workloads } from './workloads.ts';

const { values: options } = parseArgs({
  options: { quick: { type: 'boolean' }, json: { type: 'string' }, only: { type: 'string' } },
});
const chosen = workloads.filter(({ name }) => options.only === undefined || name === options.only);
if (chosen.length === 0) {
  console.error(`--only takes one of: ${workloads.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}
const size = options.quick ? { rounds: 5, sliceMs: 700 } : { rounds: 11, sliceMs: 3000 };

const ours = 'sdk-relay';
const candidates: Candidate[] = [];
for (const [name, program, dialect] of [
  ['raw ws', 'raw-ws', rawWs],
  ['raw ws, same frames', 'raw-ws-frames', rawWsFrames],
  ['socket.io', 'socket-io', socketIo],
  [ours, 'sdk-relay', sdkRelay],
  [`${ours}, SQLite`, 'sdk-relay-sqlite', sdkRelay],
] as const) {
  candidates.push({ name, dialect, process: await startRelay(program) });
}

const rows: Row[] = [];
for (const workload of chosen) {
  console.error(`${workload.name}: ${workload.load} …`);
  rows.push(...rowsOf(workload, candidates, await measure(workload, candidates, size)));
}
for (const candidate of candidates) await candidate.process.stop();

const machine = `${cpus()[0]?.model ?? process.arch}, ${availableParallelism()} cores, ${process.platform}, Node ${process.version}`;
console.log(`${machine}; loopback, no TLS.\n${markdown(rows, chosen)}`);
if (options.json) writeFileSync(options.json, `${JSON.stringify({ machine, ...size, rows }, null, 2)}\n`);
