import type { Event, Reply, Turn } from '@websocket-channel/protocol';
import { describe, expect, test } from 'vitest';
import { createHistory } from '../src/history.ts';
import type { Client, ClientOptions } from '../src/index.ts';
import { clientAndRelay } from './client-and-relay.ts';
import { attached, event, reply, turn } from './frames.ts';
import type { RawConnection } from './raw-relay.ts';

const setup = clientAndRelay();

type Durable = Event | Reply | Turn;

/** The log of an old conversation: an edit and a deletion apply to what was said long before. */
const log: readonly Durable[] = [
  event('ev1', 1),
  reply('rp1', 2, { turn: 'tu1' }),
  turn('ended', 3),
  event('ev2', 4),
  event('ev3', 5, { kind: 'edit', target: 'ev1', content: 'edited' }),
  reply('rp2', 6, { kind: 'delete', target: 'rp1', content: '' }),
  turn('ended', 7, { id: 'tu2', events: ['ev2'], outcome: 'silent' }),
  event('ev4', 8),
];

async function open(
  options: Partial<ClientOptions>,
  members: Parameters<typeof attached>[0],
): Promise<{ client: Client; connection: RawConnection; past: ReturnType<typeof createHistory> }> {
  const client = setup.makeClient(options);
  const past = createHistory(client.conversation());
  const connected = client.connect();
  const connection = await setup.relay.nextConnection();
  await connection.welcome();
  await connection.next('attach');
  const isAttached = new Promise((resolve) => client.conversation().on('attached', resolve));
  connection.send(attached(members), attached(members));
  await Promise.all([connected, isAttached]);
  return { client, connection, past };
}

/** Answers the next question as the relay does. */
async function page(connection: RawConnection): Promise<unknown> {
  const { before = Infinity, limit = 200 } = await connection.next('history');
  const frames = log.filter(({ seq = 0 }) => seq < before).slice(-limit);
  connection.send({
    type: 'history',
    conversation: 'alice',
    epoch: 'ep1',
    frames,
    more: (frames[0]?.seq ?? 1) > 1,
  });
  return before;
}

const view = (client: Client) =>
  client
    .conversation()
    .messages.map(({ id, content, state, deleted }) =>
      [id, deleted ? 'deleted' : content, state].join(' ').trim(),
    );

describe('the past of a conversation', () => {
  test('comes page by page, and is in the end what a replay would have shown', async () => {
    const { client, connection, past } = await open({ replay: 'none' }, { seq: 7 });
    expect(past.more).toBeUndefined();
    connection.send(log[7]!);
    await expect.poll(() => view(client)).toEqual(['ev4 event ev4 accepted']);
    const pages: boolean[] = [];
    const asked: unknown[] = [];
    while (past.more !== false) {
      const answer = past.earlier(2);
      asked.push(await page(connection));
      pages.push(await answer);
    }
    expect(asked).toEqual([8, 6, 4, 2]);
    expect(pages).toEqual([true, true, true, false]);

    const replayed = setup.makeClient();
    const other = await setup.online(replayed);
    other.send(...log);
    await expect.poll(() => view(replayed)).toHaveLength(4);
    expect(view(client)).toEqual(view(replayed));
    expect(view(client)).toEqual([
      'ev1 edited answered',
      'rp1 deleted',
      'ev2 event ev2 answered',
      'ev4 event ev4 accepted',
    ]);
    expect(await past.earlier()).toBe(false);
    expect(connection.unread).toEqual([]);
  });

  test('puts nothing into view twice, and asks once for what two ask for', async () => {
    const { client, connection, past } = await open({}, { seq: 8 });
    connection.send(...log);
    await expect.poll(() => view(client)).toHaveLength(4);
    const before = view(client);
    client.conversation().addPast(log);
    expect(view(client)).toEqual(before);
    expect(await past.earlier()).toBe(false);

    const late = await open({ replay: 'none' }, { seq: 8 });
    const answers = Promise.all([late.past.earlier(), late.past.earlier()]);
    await page(late.connection);
    expect(await answers).toEqual([false, false]);
    expect(late.connection.unread).toEqual([]);
    expect(view(late.client)).toEqual(before);
  });

  test.each([0, -1, 1.5, 201, Number.NaN])('is not asked for by a limit of %s', async (limit) => {
    const { connection, past } = await open({ replay: 'none' }, { seq: 8 });
    await expect(past.earlier(limit)).rejects.toMatchObject({ code: 'invalid' });
    expect(connection.unread).toEqual([]);
  });

  test.each([1, 200])('is asked for by a limit of %i', async (limit) => {
    const { connection, past } = await open({ replay: 'none' }, { seq: 8 });
    const answer = past.earlier(limit);
    expect(await connection.next('history')).toMatchObject({ before: 9, limit });
    connection.send({ type: 'history', conversation: 'alice', epoch: 'ep1', frames: [], more: false });
    expect(await answer).toBe(false);
  });

  test('says why no page came', async () => {
    const { client, connection, past } = await open({ replay: 'none' }, { seq: 8 });
    const refused = past.earlier();
    await connection.next('history');
    const error = { type: 'error', code: 'unavailable', message: 'The log cannot be read' } as const;
    connection.send({ ...error, retryable: true, conversation: 'alice' });
    await expect(refused).rejects.toMatchObject({ code: 'unavailable', retryable: true });

    const foreign = past.earlier();
    await connection.next('history');
    connection.send({ type: 'history', conversation: 'alice', epoch: 'ep9', frames: [log[0]!], more: false });
    await expect(foreign).rejects.toMatchObject({ code: 'unavailable' });
    expect(view(client)).toEqual([]);

    const lost = past.earlier();
    await connection.next('history');
    connection.kill();
    const second = await setup.resumed(8);
    await page(second);
    expect(await lost).toBe(false);
    expect(view(client)).toHaveLength(4);
  });

  test('is no longer asked for when the relay lost it', async () => {
    const { client, connection, past } = await open({ replay: 'none' }, { seq: 8 });
    const gone = past.earlier();
    await connection.next('history');
    connection.kill();
    const second = await setup.relay.nextConnection();
    await second.welcome();
    second.send(attached({ epoch: 'ep2', recovered: 'reset' }));
    await expect(gone).rejects.toMatchObject({ code: 'unavailable', retryable: true });
    expect(view(client)).toEqual([]);
    expect(await past.earlier()).toBe(false);
  });

  test('is no longer waited for when it is closed', async () => {
    const { client, past } = await open({ replay: 'none' }, { seq: 8 });
    const closed = past.earlier();
    past.close();
    await expect(closed).rejects.toMatchObject({ code: 'closed' });
    client.close();
    await expect(past.earlier()).rejects.toMatchObject({ code: 'unavailable' });
  });

  test('leaves out frames of a page that are none', async () => {
    const { client, connection, past } = await open({ replay: 'none' }, { seq: 8 });
    const answer = past.earlier();
    await connection.next('history');
    const illegal = { type: 'reply', seq: 1, kind: 'final', content: 7 } as unknown as Reply;
    connection.send({
      type: 'history',
      conversation: 'alice',
      epoch: 'ep1',
      frames: [illegal, reply('rp9', 2)],
      more: false,
    });
    await answer;
    expect(view(client)).toEqual(['rp9 reply rp9']);
  });
});

describe('a view that the application kept', () => {
  test('goes on from its cursor, and asks for no more', async () => {
    const client = setup.makeClient({
      source: 'alice',
      conversation: 'alice',
      cursor: { epoch: 'ep1', seq: 6 },
    });
    client.conversation().addPast(log.slice(0, 6));
    expect(view(client)).toHaveLength(3);
    void client.connect();
    const connection = await setup.relay.nextConnection();
    expect((await connection.welcome()).attach).toEqual([{ conversation: 'alice', epoch: 'ep1', seq: 6 }]);
    connection.send(attached({ seq: 8 }), ...log.slice(6));
    await expect.poll(() => view(client)).toHaveLength(4);
    expect(client.conversation().recovered).toBe('complete');
    expect(client.conversation().cursor).toEqual({ epoch: 'ep1', seq: 8 });
    expect(view(client)[2]).toBe('ev2 event ev2 answered');
  });

  test.each([
    ['from the future', { epoch: 'ep1', seq: 4000 }],
    ['of a log that never was', { epoch: 'never', seq: 6 }],
  ])('with a cursor %s says that it was reset, and shows what the relay has', async (_, cursor) => {
    const client = setup.makeClient({ conversation: 'alice', cursor });
    const told: string[] = [];
    client.conversation().on('attached', ({ recovered }) => told.push(recovered));
    client.conversation().addPast([event('of another log', 2)]);
    void client.connect();
    const connection = await setup.relay.nextConnection();
    await connection.welcome();
    connection.send(attached({ seq: 8, recovered: 'reset' }), ...log);
    await expect.poll(() => client.conversation().cursor).toEqual({ epoch: 'ep1', seq: 8 });
    expect(told).toEqual(['reset']);
    expect(client.conversation().recovered).toBe('reset');
    expect(client.conversation().messages.map(({ id, seq }) => [id, seq])).toEqual([
      ['of another log', 0],
      ['ev1', 1],
      ['rp1', 2],
      ['ev2', 4],
      ['ev4', 8],
    ]);
  });

  test('of another conversation has a cursor of its own', async () => {
    const { client, connection } = await open({}, {});
    client.conversation('alice/work', { epoch: 'ep7', seq: 3 });
    expect(await connection.next('attach')).toEqual({
      type: 'attach',
      conversation: 'alice/work',
      epoch: 'ep7',
      seq: 3,
    });
    connection.send(attached({ conversation: 'alice/work', epoch: 'ep7', seq: 3 }));
  });
});

test('10,000 missed messages come in order, each once, while others are said', async () => {
  const { client, connection } = await open({}, { seq: 10_000 });
  for (let seq = 1; seq <= 10_000; seq++)
    connection.send(seq % 2 ? event(`ev${seq}`, seq) : reply(`rp${seq}`, seq));
  for (let seq = 10_001; seq <= 10_010; seq++) connection.send(event(`ev${seq}`, seq));
  await expect.poll(() => client.conversation().cursor?.seq, { timeout: 60_000 }).toBe(10_010);
  const seqs = client.conversation().messages.map(({ seq }) => seq);
  expect(seqs).toEqual(Array.from({ length: 10_000 }, (_, i) => i + 11));
  expect(client.conversation().recovered).toBe('complete');
}, 70_000);
