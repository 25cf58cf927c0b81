import type { Ack, EventSubmission } from '@websocket-channel/protocol';
import { afterEach, beforeEach } from 'vitest';
import { type Client, type ClientOptions, createClient } from '../src/index.ts';
import { attached, event } from './frames.ts';
import { type RawConnection, type RawRelay, startRawRelay } from './raw-relay.ts';

/** A raw relay for each test, and clients that are closed after it. */
export function clientAndRelay() {
  let relay: RawRelay;
  const clients: Client[] = [];

  beforeEach(async () => {
    relay = await startRawRelay();
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await relay.stop();
  });

  function makeClient(options: Partial<ClientOptions> = {}): Client {
    const client = createClient({ url: relay.url, backoff: { minMs: 5, maxMs: 10 }, ...options });
    clients.push(client);
    return client;
  }

  /** Connects a client and attaches its own conversation, which is empty. */
  async function online(client: Client): Promise<RawConnection> {
    const connected = client.connect();
    const connection = await relay.nextConnection();
    await connection.welcome();
    await connection.next('attach');
    const isAttached = new Promise((resolve) => client.conversation().on('attached', resolve));
    connection.send(attached());
    await Promise.all([connected, isAttached]);
    return connection;
  }

  /** The relay's side of the next connection, which resumes the client's own conversation. */
  async function resumed(seq: number): Promise<RawConnection> {
    const connection = await relay.nextConnection();
    await connection.welcome();
    connection.send(attached({ seq }));
    return connection;
  }

  return {
    get relay() {
      return relay;
    },
    makeClient,
    online,
    resumed,
  };
}

export const ack = (id: string, seq: number, status: Ack['status'] = 'accepted'): Ack => ({
  type: 'ack',
  id,
  conversation: 'alice',
  epoch: 'ep1',
  seq,
  status,
});

/** Stores the next event of the client as the relay does: an ack, and the echo. */
export async function store(connection: RawConnection, seq: number): Promise<EventSubmission> {
  const submission = await connection.next('event');
  connection.send(ack(submission.id, seq), event(submission.id, seq, { content: submission.content }));
  return submission;
}

/** All that an iterable yields. */
export async function collect<T>(iterable: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of iterable) items.push(item);
  return items;
}
