/**
 * Measures, in a real Gateway, what lies between the wire and the model: `npm run latency -w channel-plugin`. The relay and
 * the stand-in for the LLM provider run in this process, so that all times are of one clock. Needs a build.
 */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from '@websocket-channel/protocol';
import { type AgentConnection, startRawRelay } from '../test/support/raw-relay.ts';

const rounds = Number(process.argv[2] ?? 20);
const root = join(import.meta.dirname, '..');

/** What the script uses of the example that starts a Gateway. */
interface Harness {
  startGateway(options: object): Promise<{ stop(): Promise<void> }>;
  startProviderStandIn(): Promise<StandIn>;
}

interface StandIn {
  readonly url: string;
  readonly requests: readonly {
    readonly receivedAt: number;
    readonly firstTokenAt?: number;
    readonly doneAt?: number;
  }[];
  close(): Promise<void>;
}

const example = (file: string) =>
  import(new URL(`../../examples/full-chain/src/${file}`, import.meta.url).href);
const harness: Harness = { ...(await example('gateway.ts')), ...(await example('provider-stand-in.ts')) };

const folder = await mkdtemp(join(tmpdir(), 'channel-latency-'));
const pack = execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], {
  cwd: root,
  encoding: 'utf8',
}).trim();
const standIn = await harness.startProviderStandIn();
const relay = await startRawRelay();
const connecting = relay.connection();
const gateway = await harness.startGateway({
  folder: join(folder, 'gateway'),
  provider: { baseUrl: standIn.url, apiKey: 'none', model: 'stand-in', label: 'stand-in', standIn: true },
  channelConfig: { relayUrl: relay.url, dmPolicy: 'open', allowFrom: ['*'] },
  pluginSource: join(folder, pack),
});

const spans: Record<string, number[]> = {
  'event frame → turn accepted frame': [],
  'event frame → request at the provider': [],
  'first token → first delta frame': [],
  'last token → final frame': [],
  'final frame → turn ended frame': [],
};

try {
  const agent = await connecting;
  await agent.greet();
  const heartbeat = setInterval(() => agent.send({ type: 'ping' }), 5000);
  for (let round = -1; round < rounds; round++) {
    const spent = await ask(agent, round);
    // The first one warms the Gateway up.
    if (round < 0) continue;
    for (const [name, ms] of Object.entries(spent)) spans[name]?.push(ms);
  }
  clearInterval(heartbeat);
} finally {
  await gateway.stop();
  await relay.close();
  await standIn.close();
  await rm(folder, { recursive: true, force: true });
}

console.log(`${rounds} messages, load ${loadavg()[0]?.toFixed(1)}; median (quartiles) in ms`);
for (const [name, values] of Object.entries(spans)) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))]?.toFixed(1);
  console.log(`${name.padEnd(40)} ${at(0.5)} (${at(0.25)}–${at(0.75)})`);
}

async function ask(agent: AgentConnection, round: number): Promise<Record<string, number>> {
  const id = `latency-${Date.now()}`;
  const from = agent.arrivals.length;
  const sentAt = performance.timeOrigin + performance.now();
  agent.sendText(
    encode({
      type: 'event',
      id,
      source: 'alice',
      conversation: 'alice',
      content: 'COUNT 20 DELAY 30',
      timestamp: Date.now(),
      epoch: 'ep1',
      seq: round + 2,
    } as { type: 'event' }),
  );
  await agent.next((frame) => frame.type === 'turn' && frame.status === 'ended' && frame.events.includes(id));
  const arrivals = agent.arrivals.slice(from);
  const at = (part: string) => arrivals.find(({ text }) => text.includes(part))?.at ?? Number.NaN;
  const request = standIn.requests.at(-1);
  const finalAt = at('"kind":"final"');
  return {
    'event frame → turn accepted frame': at('"status":"accepted"') - sentAt,
    'event frame → request at the provider': (request?.receivedAt ?? Number.NaN) - sentAt,
    'first token → first delta frame': at('"kind":"delta"') - (request?.firstTokenAt ?? Number.NaN),
    'last token → final frame': finalAt - (request?.doneAt ?? Number.NaN),
    'final frame → turn ended frame': at('"status":"ended"') - finalAt,
  };
}
