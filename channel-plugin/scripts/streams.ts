/**
 * Measures what the frames of streamed replies cost a real Gateway: `npm run streams -w channel-plugin [conversations [rounds]]`.
 * That many conversations are answered at once, in turns with deltas on the wire and without; printed is the delay of the
 * Gateway's event loop meanwhile. Needs a build.
 */
import { readFile, rm } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { encode } from '@websocket-channel/protocol';
import type { AgentConnection } from '../test/support/raw-relay.ts';
import { startMeasuredGateway } from './measured-gateway.ts';

interface Delays {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

const conversations = Number(process.argv[2] ?? 50);
const rounds = Number(process.argv[3] ?? 3);

const fileIn = (folder: string) => join(folder, 'event-loop-delay.json');
const monitor = new URL('event-loop-delay.mjs', import.meta.url).href;

await using measured = await startMeasuredGateway((folder) => ({
  NODE_OPTIONS: `--import=${monitor}`,
  EVENT_LOOP_DELAY_FILE: fileIn(folder),
}));
const { gateway, relay, folder } = measured;

const ways = { 'with deltas': ['stream'], 'without deltas': [] } as const;
const delays: Record<keyof typeof ways, Delays[]> = { 'with deltas': [], 'without deltas': [] };
const deltas: Record<keyof typeof ways, number> = { 'with deltas': 0, 'without deltas': 0 };
/** Of the latest event of each conversation. */
let seq = 0;
for (let round = -1; round < rounds; round++) {
  for (const way of Object.keys(ways) as (keyof typeof ways)[]) {
    const agent = await relay.connection();
    await agent.greet({ capabilities: [...ways[way]] });
    await eventLoopDelay();
    deltas[way] += await ask(agent);
    const found = await eventLoopDelay();
    // The first round warms the Gateway up.
    if (round >= 0) delays[way].push(found);
    agent.close();
  }
}

console.log(`${conversations} conversations at once, ${rounds} rounds, load ${loadavg()[0]?.toFixed(1)}`);
console.log('delay of the event loop, median of the rounds, ms');
for (const way of Object.keys(ways) as (keyof typeof ways)[]) {
  const found = delays[way];
  const median = (of: (delay: Delays) => number) =>
    found
      .map(of)
      .toSorted((a, b) => a - b)
      [found.length >> 1]?.toFixed(1);
  console.log(
    `${way.padEnd(16)} p50 ${median(({ p50 }) => p50)}  p99 ${median(({ p99 }) => p99)}  max ${median(({ max }) => max)}  (${deltas[way]} deltas)`,
  );
}

/** Asks in every conversation at once, and waits for the end of every turn. @returns How many deltas came. */
async function ask(agent: AgentConnection): Promise<number> {
  const open = new Set<string>();
  seq += 1;
  for (let index = 0; index < conversations; index++) {
    const id = `stream-${Date.now()}-${index}`;
    open.add(id);
    agent.sendText(
      encode({
        type: 'event',
        id,
        source: `user-${index}`,
        conversation: `user-${index}`,
        content: 'COUNT 100 DELAY 20',
        timestamp: Date.now(),
        epoch: 'ep1',
        seq,
      } as { type: 'event' }),
    );
  }
  const heartbeat = setInterval(() => agent.send({ type: 'ping' }), 5000);
  while (open.size > 0) {
    const frame = await agent.next();
    if (frame.type === 'turn' && frame.status === 'ended') for (const id of frame.events) open.delete(id);
  }
  clearInterval(heartbeat);
  return agent.arrivals.filter(({ text }) => text.includes('"kind":"delta"')).length;
}

/** The delay since the last time that it was asked for. */
async function eventLoopDelay(): Promise<Delays> {
  const file = fileIn(folder);
  await rm(file, { force: true });
  process.kill(gateway.pid, 'SIGWINCH');
  for (;;) {
    const text = await readFile(file, 'utf8').catch(() => '');
    if (text.endsWith('}')) return JSON.parse(text);
    await pause(20);
  }
}
