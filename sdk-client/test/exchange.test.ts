import { describe, expect, test } from 'vitest';
import type { Chunk } from '../src/index.ts';
import { clientAndRelay, collect, store } from './client-and-relay.ts';
import { attached, delta, reply, turn } from './frames.ts';

const setup = clientAndRelay();

/** An event that is stored at `seq` 1 and whose turn `tu1` has started. */
async function asked() {
  const client = setup.makeClient();
  const connection = await setup.online(client);
  const exchange = client.send('Hello', { id: 'ev1' });
  await store(connection, 1);
  connection.send(turn('started'));
  return { client, connection, exchange };
}

const texts = (chunks: readonly Chunk[]): string[] => chunks.map(({ text }) => text);

describe('an exchange', () => {
  test('yields the reply as it streams, until the turn has ended', async () => {
    const { connection, exchange } = await asked();
    const iterator = exchange[Symbol.asyncIterator]();
    connection.send(delta('rp1', 0, 'Hel'));
    expect(await iterator.next()).toEqual({
      value: { id: 'rp1', kind: 'delta', text: 'Hel', replace: false },
      done: false,
    });
    connection.send(delta('rp1', 1, 'lo'), reply('rp1', 2, { turn: 'tu1', content: 'Hello!' }));
    expect((await iterator.next()).value).toMatchObject({ text: 'lo', kind: 'delta' });
    expect((await iterator.next()).value).toEqual({ id: 'rp1', kind: 'final', text: '!', replace: false });
    connection.send(turn('ended', 3));
    expect((await iterator.next()).done).toBe(true);
    expect(await exchange.ended).toEqual({ outcome: 'completed', text: 'Hello!' });
    expect(exchange.state).toBe('answered');
  });

  test('yields all of it, however late and often it is asked', async () => {
    const { connection, exchange } = await asked();
    connection.send(...['a', 'b', 'c'].map((text, i) => delta('rp1', i, text)));
    connection.send(reply('rp1', 2, { turn: 'tu1', content: 'abc' }), turn('ended', 3));
    await exchange.ended;
    expect(texts(await collect(exchange))).toEqual(['a', 'b', 'c']);
    expect(texts(await collect(exchange))).toEqual(['a', 'b', 'c']);
  });

  test('can be left in the middle', async () => {
    const { connection, exchange } = await asked();
    connection.send(delta('rp1', 0, 'a'), delta('rp1', 1, 'b'));
    for await (const { text } of exchange) {
      expect(text).toBe('a');
      break;
    }
    connection.send(turn('ended', 2));
    expect(await exchange.ended).toMatchObject({ outcome: 'completed' });
  });

  test('says where a text starts anew', async () => {
    const { connection, exchange } = await asked();
    connection.send(
      delta('rp1', 0, 'Hel'),
      delta('rp1', 1, 'Good', { replace: true }),
      delta('rp1', 2, ' morning'),
      delta('rp1', 0, 'Good morning, A', { replace: true, count: 4 }),
      reply('rp1', 2, { turn: 'tu1', content: 'Good day' }),
      turn('ended', 3),
    );
    expect((await collect(exchange)).map(({ text, replace }) => [text, replace])).toEqual([
      ['Hel', false],
      ['Good', true],
      [' morning', false],
      [', A', false],
      ['Good day', true],
    ]);
  });

  test('joins all that the turn said: blocks and finals, not what its tools did', async () => {
    const { connection, exchange } = await asked();
    connection.send(
      reply('rp1', 2, { turn: 'tu1', kind: 'tool', content: 'Read 3 files' }),
      reply('rp2', 3, { turn: 'tu1', kind: 'block', content: 'First' }),
      reply('rp3', 4, { turn: 'tu1', content: 'Second' }),
      reply('rp4', 5, { turn: 'tu1', content: 'Third' }),
      reply('rp5', 6, { turn: 'tu9', content: 'of another turn' }),
      reply('rp6', 7, { kind: 'message', content: 'of no turn' }),
      turn('ended', 8),
    );
    expect(await exchange.ended).toEqual({ outcome: 'completed', text: 'First\n\nSecond\n\nThird' });
    expect((await collect(exchange)).map(({ kind }) => kind)).toEqual(['tool', 'block', 'final', 'final']);
  });

  test('takes a reply that names its event, without knowing the turn', async () => {
    const client = setup.makeClient();
    const connection = await setup.online(client);
    const exchange = client.send('Hello', { id: 'ev1' });
    await store(connection, 1);
    connection.send(reply('rp1', 2, { events: ['ev1'], content: 'Hi' }), turn('ended', 3));
    expect(texts(await collect(exchange))).toEqual(['Hi']);
  });

  test('ends with the turn into which its event was steered', async () => {
    const { client, connection, exchange } = await asked();
    const steered = client.send('And more', { id: 'ev2' });
    await store(connection, 2);
    const events = ['ev1', 'ev2'];
    connection.send(
      turn('started', undefined, { events }),
      delta('rp1', 0, 'Both'),
      turn('ended', 3, { events }),
    );
    expect(texts(await collect(exchange))).toEqual(['Both']);
    expect(texts(await collect(steered))).toEqual(['Both']);
  });

  test('ends with a turn that failed, and tells why', async () => {
    const { connection, exchange } = await asked();
    const error = { code: 'agent_failed', message: 'No answer' };
    connection.send(delta('rp1', 0, 'Hel'), turn('ended', 2, { outcome: 'failed', error }));
    expect(texts(await collect(exchange))).toEqual(['Hel']);
    expect(await exchange.ended).toEqual({ outcome: 'failed', text: '', error });
    expect(exchange.state).toBe('failed');
  });

  test('goes on over a lost connection, without a word twice or missing', async () => {
    const { connection, exchange } = await asked();
    connection.send(delta('rp1', 0, 'one '), delta('rp1', 1, 'two '));
    const iterator = exchange[Symbol.asyncIterator]();
    await iterator.next();
    await iterator.next();
    connection.kill();
    const again = await setup.relay.nextConnection();
    expect((await again.welcome()).attach).toEqual([{ conversation: 'alice', epoch: 'ep1', seq: 1 }]);
    again.send(
      attached({ seq: 1 }),
      turn('started'),
      delta('rp1', 0, 'one two three ', { count: 3, replace: true }),
      delta('rp1', 3, 'four'),
      reply('rp1', 2, { turn: 'tu1', content: 'one two three four' }),
      turn('ended', 3),
    );
    expect(texts(await collect(exchange))).toEqual(['one ', 'two ', 'three ', 'four']);
  });

  test('whose turn ended while nobody was connected ends after the reconnect', async () => {
    const { connection, exchange } = await asked();
    await exchange.accepted;
    connection.kill();
    const again = await setup.resumed(3);
    again.send(reply('rp1', 2, { turn: 'tu1', content: 'Hi' }), turn('ended', 3));
    expect(await exchange.ended).toEqual({ outcome: 'completed', text: 'Hi' });
  });

  test('of which the relay no longer keeps all fails, and what waits does not', async () => {
    const { client, connection, exchange } = await asked();
    connection.send(delta('rp1', 0, 'Hel'));
    const iterator = exchange[Symbol.asyncIterator]();
    await iterator.next();
    connection.kill();
    await expect.poll(() => client.status.state).not.toBe('online');
    const waiting = client.send('And now?', { id: 'ev2' });
    const again = await setup.relay.nextConnection();
    await again.welcome();
    again.send(attached({ seq: 9, recovered: 'truncated' }));
    const truncated = { code: 'truncated' };
    await expect(exchange.ended).rejects.toMatchObject(truncated);
    await expect(iterator.next()).rejects.toMatchObject(truncated);
    expect(await exchange.accepted).toMatchObject({ seq: 1 });
    expect(await store(again, 10)).toMatchObject({ id: 'ev2' });
    await waiting.accepted;
    const states = () => client.conversation().messages.flatMap(({ state }) => state ?? []);
    expect(states()).toEqual(['failed', 'accepted']);
    again.send(turn('ended', 11, { events: ['ev1', 'ev2'] }));
    expect(await waiting.ended).toMatchObject({ outcome: 'completed' });
    expect(states()).toEqual(['answered', 'answered']);
  });
});
