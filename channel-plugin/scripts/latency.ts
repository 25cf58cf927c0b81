/**
 * Measures, in a real Gateway, what lies between the wire and the model: `npm run latency -w channel-plugin [rounds]`.
 * Needs a build.
 */
import { loadavg } from 'node:os';
import { encode } from '@websocket-channel/protocol';
import type { AgentConnection } from '../test/support/raw-relay.ts';
import { startMeasuredGateway } from './measured-gateway.ts';

const rounds = Number(process.argv[2] ?? 20);

await using measured = await startMeasuredGateway();
const { relay, standIn } = measured;

const spans: Record<string, number[]> = {
  'event frame → turn accepted frame': [],
  'event frame → request at the provider': [],
  'first token → first delta frame': [],
  'last token → final frame': [],
  'final frame → turn ended frame': [],
};

const agent = await relay.connection();
await agent.greet();
const heartbeat = setInterval(() => agent.send({ type: 'ping' }), 5000);
for (let round = -1; round < rounds; round++) {
  const spent = await ask(agent, round);
  // The first one warms the Gateway up.
  if (round < 0) continue;
  for (const [name, ms] of Object.entries(spent)) spans[name]?.push(ms);
}
clearInterval(heartbeat);

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
