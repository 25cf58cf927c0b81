/**
 * One device: a process that holds a client of each participant. Its first message tells it what to do, and it says over
 * the same channel what its clients see.
 */
import { join } from 'node:path';
import { type Client, createClient } from '@websocket-channel/sdk-client';
import { createFileOutbox } from '@websocket-channel/sdk-client/file';
import { WebSocket } from 'ws';
import type { ExchangeEnd, View } from './evidence.ts';
import { ForgetfulWebSocket } from './forgetful-socket.ts';

/** What a device is told. */
export type DeviceOrder =
  | {
      readonly type: 'start';
      readonly device: string;
      readonly url: string;
      readonly sources: readonly string[];
      /** Whether its cursors are kept from the relay, for a negative control. */
      readonly forgetful: boolean;
      /** Where its outboxes are kept, for its next process. */
      readonly folder: string;
      /** What was said on this device and is not known to have reached the relay. */
      readonly pending: readonly Outgoing[];
    }
  | ({ readonly type: 'send' } & Outgoing)
  | { readonly type: 'report' };

/** A message to send. */
export interface Outgoing {
  readonly source: string;
  readonly id: string;
  readonly content: string;
}

/** What a device says. */
export type DeviceReport =
  | { readonly type: 'accepted'; readonly id: string }
  | { readonly type: 'ended'; readonly events: readonly string[] }
  | ({ readonly type: 'exchange' } & Omit<ExchangeEnd, 'device'>)
  | { readonly type: 'views'; readonly views: readonly View[] };

type Start = Extract<DeviceOrder, { type: 'start' }>;

/** Settle when the outboxes of an earlier process were read. */
const restored: Promise<void>[] = [];
/** Settles when what was said before is said again, which nothing may overtake. */
let resumed = Promise.resolve();
const clients = new Map<string, Client>();
/** Exchanges that have not ended, and their participants. */
const waiting = new Map<string, string>();
let device = '';

const say = (report: DeviceReport): void => void process.send?.(report, undefined, {}, () => {});

process.on('disconnect', () => process.exit());
process.on('message', (order: DeviceOrder) => {
  switch (order.type) {
    case 'start':
      device = order.device;
      for (const source of order.sources) open(source, order);
      resumed = resume(order.pending);
      return;
    case 'send':
      return void resumed.then(() => send(order));
    case 'report':
      return say({ type: 'views', views: [...clients].map(([source, client]) => viewOf(source, client)) });
  }
});

function open(source: string, { url, folder, forgetful }: Start): void {
  const read = Promise.withResolvers<void>();
  restored.push(read.promise);
  const client = createClient({
    url,
    source,
    conversation: source,
    outbox: createFileOutbox({
      path: join(folder, `${device} of ${source}.outbox`),
      participant: source,
      onDurability: () => read.resolve(),
    }),
    backoff: { minMs: 20, maxMs: 400 },
    WebSocket: forgetful ? ForgetfulWebSocket : WebSocket,
  });
  clients.set(source, client);
  client.conversation().on('turn', ({ status, events }) => {
    if (status === 'ended') say({ type: 'ended', events });
  });
}

/** Says again what an earlier process had no time to put into its outbox; the rest is in there. */
async function resume(pending: readonly Outgoing[]): Promise<void> {
  await Promise.all(restored);
  for (const outgoing of pending) {
    const { messages } = clients.get(outgoing.source)!.conversation();
    if (!messages.some(({ id }) => id === outgoing.id)) send(outgoing);
  }
  for (const client of clients.values()) void client.connect();
}

function send({ source, id, content }: Outgoing): void {
  const exchange = clients.get(source)!.send(content, { id });
  waiting.set(id, source);
  exchange.accepted.then(
    () => say({ type: 'accepted', id }),
    () => {},
  );
  exchange.ended
    .then(
      ({ outcome, text }) => say({ type: 'exchange', id, outcome, text }),
      ({ code, message }) => say({ type: 'exchange', id, outcome: `refused: ${code}`, text: message }),
    )
    .finally(() => waiting.delete(id));
}

function viewOf(source: string, client: Client): View {
  const { messages, turns, recovered } = client.conversation();
  return {
    device,
    source,
    recovered,
    running: turns.map(({ id }) => id),
    waiting: [...waiting].flatMap(([id, of]) => (of === source ? id : [])),
    messages: messages.map(({ id, type, content, seq, streaming, state }) => ({
      id,
      type,
      content,
      seq,
      streaming,
      state,
    })),
  };
}
