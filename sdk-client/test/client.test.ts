import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Client, type ClientOptions, createClient } from '../src/index.ts';
import { attachedFrame, type RawConnection, type RawRelay, startRawRelay } from './raw-relay.ts';

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
  const client = createClient({ url: relay.url, backoff: { minMs: 20, maxMs: 40 }, ...options });
  clients.push(client);
  return client;
}

/** Connects a client and attaches its own, empty conversation. */
async function online(client: Client): Promise<RawConnection> {
  const connected = client.connect();
  const connection = await relay.nextConnection();
  await connection.welcome();
  await connected;
  await connection.next('attach');
  connection.send(attachedFrame);
  return connection;
}

const agent = { conversation: 'alice', source: 'default' } as const;

test('sends an event and streams the reply', async () => {
  const client = makeClient();
  const connection = await online(client);
  const exchange = client.send('Hello');
  const event = await connection.next('event');
  expect(event).toMatchObject({ content: 'Hello', conversation: 'alice', id: exchange.id });
  connection.send(
    { type: 'ack', id: event.id, conversation: 'alice', epoch: 'ep1', seq: 1, status: 'accepted' },
    { ...event, source: 'alice', epoch: 'ep1', seq: 1 },
    { type: 'turn', ...agent, id: 'tu1', status: 'started', events: [event.id] },
    { type: 'reply', ...agent, id: 'rp1', kind: 'delta', turn: 'tu1', index: 0, content: 'Hi' },
    { type: 'reply', ...agent, id: 'rp1', kind: 'delta', turn: 'tu1', index: 1, content: ' Alice' },
  );
  const iterator = exchange[Symbol.asyncIterator]();
  expect((await iterator.next()).value).toEqual({ id: 'rp1', kind: 'delta', text: 'Hi', replace: false });
  expect((await iterator.next()).value).toMatchObject({ text: ' Alice' });
  expect(await exchange.accepted).toMatchObject({ epoch: 'ep1', seq: 1 });
  expect(client.conversation().turns).toEqual([{ id: 'tu1', status: 'started', events: [event.id] }]);
  expect(client.conversation().messages).toMatchObject([
    { content: 'Hello', state: 'delivered', own: true, seq: 1 },
    { content: 'Hi Alice', streaming: true, turn: 'tu1' },
  ]);
  connection.send(
    {
      type: 'reply',
      ...agent,
      id: 'rp1',
      kind: 'final',
      turn: 'tu1',
      content: 'Hi Alice!',
      epoch: 'ep1',
      seq: 2,
    },
    {
      type: 'turn',
      ...agent,
      id: 'tu1',
      status: 'ended',
      events: [event.id],
      outcome: 'completed',
      epoch: 'ep1',
      seq: 3,
    },
  );
  expect((await iterator.next()).value).toEqual({ id: 'rp1', kind: 'final', text: '!', replace: false });
  expect((await iterator.next()).done).toBe(true);
  expect(await exchange.ended).toEqual({ outcome: 'completed', text: 'Hi Alice!' });
  expect(client.conversation().turns).toEqual([]);
  expect(client.conversation().messages).toMatchObject([
    { content: 'Hello', state: 'answered', outcome: 'completed' },
    { content: 'Hi Alice!', streaming: false, kind: 'final', seq: 2 },
  ]);
});

test('shows the presence of the agent', async () => {
  const client = makeClient();
  const connection = await online(client);
  const changed = new Promise<void>((resolve) => {
    client.conversation().on('signal', () => resolve());
  });
  connection.send({
    type: 'signal',
    kind: 'presence',
    conversation: 'alice',
    agent: { source: 'default', online: false },
  });
  await changed;
  expect(client.conversation().agent).toEqual({ source: 'default', online: false });
});

test('resumes from its cursor in the hello of the next connection, and sends again what was not acked', async () => {
  const client = makeClient();
  const first = await online(client);
  first.send({
    type: 'reply',
    ...agent,
    id: 'rp0',
    kind: 'message',
    content: 'Good morning',
    epoch: 'ep1',
    seq: 1,
  });
  const exchange = client.send('Hello');
  await first.next('event');
  first.kill();
  const second = await relay.nextConnection();
  const hello = await second.welcome();
  expect(hello.attach).toEqual([{ conversation: 'alice', epoch: 'ep1', seq: 1 }]);
  second.send({ ...attachedFrame, seq: 1 });
  const again = await second.next('event');
  expect(again.id).toBe(exchange.id);
  second.send({ type: 'ack', id: again.id, conversation: 'alice', epoch: 'ep1', seq: 2, status: 'accepted' });
  expect(await exchange.accepted).toMatchObject({ seq: 2 });
  expect(client.conversation().messages.map(({ content }) => content)).toEqual(['Good morning', 'Hello']);
});
