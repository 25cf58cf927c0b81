import type { Ack, EventSubmission } from '@websocket-channel/protocol';
import { afterEach, beforeEach, expect } from 'vitest';
import { type BrokenRequirement, checkTraffic } from '../src/development.ts';
import { type Client, type ClientOptions, createClient } from '../src/index.ts';
import { attached, event } from './frames.ts';
import { type RawConnection, type RawRelay, startRawRelay } from './raw-relay.ts';

/** A raw relay for each test, and clients that are closed after it. What crosses their sockets has to be legal. */
export function clientAndRelay() {
  let relay: RawRelay;
  const clients: Client[] = [];
  let found: BrokenRequirement[] = [];
  let onPurpose: readonly string[] = [];

  beforeEach(async () => {
    found = [];
    onPurpose = [];
    relay = await startRawRelay();
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await relay.stop();
    const broken = found.map(({ by, requirement }) => `${by} ${requirement}`);
    expect(broken, JSON.stringify(found, null, 2)).toEqual(onPurpose);
  });

  function makeClient(options: Partial<ClientOptions> = {}): Client {
    const client = createClient({ url: relay.url, backoff: { minMs: 5, maxMs: 10 }, ...options });
    clients.push(client);
    checkTraffic(client, (requirement) => found.push(requirement));
    return client;
  }

  /** Connects a client and attaches its own conversation, which is empty. */
  async function online(client: Client): Promise<RawConnection> {
    const connected = client.connect();
    const connection = await relay.nextConnection();
    await connection.welcome();
    await connection.next('attach');
    const isAttached = new Promise((resolve) => client.conversation().on('attached', resolve));
    // One answers the hello, the other the cursor.
    connection.send(attached(), attached());
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
    /** Says what the test breaks on purpose, in this order: who, and which requirement. */
    breaks(...requirements: `${'client' | 'relay'} R-${string}`[]): void {
      onPurpose = requirements;
    },
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
