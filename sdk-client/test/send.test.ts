import { describe, expect, test, vi } from 'vitest';
import { ClientError } from '../src/index.ts';
import { ack, clientAndRelay, collect, store } from './client-and-relay.ts';
import { attached, event, reply, turn } from './frames.ts';

const setup = clientAndRelay();

const refusal = { type: 'error', code: 'forbidden', message: 'Not yours', retryable: false } as const;

describe('an event', () => {
  test('waits for the connection, and then goes out', async () => {
    const client = setup.makeClient();
    const exchange = client.send('Hello', { replyTo: 'rp1', ext: { 'com.example': { a: 1 } } });
    expect(exchange.state).toBe('queued');
    const connection = await setup.online(client);
    expect(await store(connection, 1)).toEqual({
      type: 'event',
      id: exchange.id,
      content: 'Hello',
      conversation: 'alice',
      replyTo: 'rp1',
      ext: { 'com.example': { a: 1 } },
      timestamp: expect.any(Number),
    });
    expect(await exchange.accepted).toMatchObject({ epoch: 'ep1', seq: 1 });
    expect(exchange.state).toBe('accepted');
  });

  test('is what it was when it was said, whatever its author does to it later', async () => {
    const client = setup.makeClient();
    const attachments = [{ id: 'f1', name: 'a.txt', mime: 'text/plain', size: 1, url: '/files/f1' }];
    client.send('Look', { attachments });
    attachments.pop();
    expect(client.conversation().messages[0]!.attachments).toHaveLength(1);
    const connection = await setup.online(client);
    expect((await connection.next('event')).attachments).toHaveLength(1);
  });

  test('is not made of what cannot be written', async () => {
    const client = setup.makeClient();
    expect(() => client.send('Look', { ext: { 'com.example': 1n } })).toThrow(TypeError);
    expect(client.conversation().messages).toEqual([]);
    client.send('Hello');
    expect(await (await setup.online(client)).next('event')).toMatchObject({ content: 'Hello' });
  });

  test('that is said again under its id when it was answered ends as it did', async () => {
    const client = setup.makeClient();
    const connection = await setup.online(client);
    const first = client.send('one', { id: 'ev1' });
    await store(connection, 1);
    connection.send(reply('rp1', 2, { turn: 'tu1' }), turn('ended', 3));
    await first.ended;
    const [message] = client.conversation().messages;
    const again = client.send('one', { id: 'ev1' });
    await connection.next('event');
    connection.send(ack('ev1', 1, 'duplicate'));
    expect(await again.ended).toEqual({ outcome: 'completed', text: 'reply rp1' });
    expect(client.conversation().messages[0]).toEqual(message);
  });

  test('whose id the log has for another changes nothing of that in view', async () => {
    setup.breaks('client R-EVENT-6');
    const client = setup.makeClient();
    const connection = await setup.online(client);
    client.send('one', { id: 'ev1' });
    await store(connection, 1);
    connection.send(turn('ended', 2));
    await expect.poll(() => client.conversation().messages[0]!.state).toBe('answered');
    const other = client.send('two', { id: 'ev1' });
    await connection.next('event');
    connection.send({ ...refusal, code: 'conflict', ref: 'ev1' });
    await expect(other.accepted).rejects.toMatchObject({ code: 'conflict' });
    expect(client.conversation().messages).toMatchObject([{ content: 'one', seq: 1, state: 'answered' }]);
    expect(client.conversation().messages[0]!.error).toBeUndefined();
  });

  test('leaves in the order in which it was sent, one at a time', async () => {
    const client = setup.makeClient();
    const connection = await setup.online(client);
    for (const content of ['one', 'two', 'three']) client.send(content);
    expect(client.conversation().messages.map(({ state }) => state)).toEqual(['sent', 'queued', 'queued']);
    for (const [i, content] of ['one', 'two', 'three'].entries()) {
      expect(connection.unread.length).toBeLessThanOrEqual(1);
      expect(await store(connection, i + 1)).toMatchObject({ content });
    }
  });

  test.each([
    ['echo', (id: string) => event(id, 1)],
    ['turn', (id: string) => turn('accepted', undefined, { events: [id] })],
    ['duplicate ack', (id: string) => ack(id, 1, 'duplicate')],
  ])('is with the relay, as its %s shows', async (_, answer) => {
    const client = setup.makeClient();
    const connection = await setup.online(client);
    const exchange = client.send('one');
    client.send('two');
    connection.send(answer((await connection.next('event')).id));
    await exchange.accepted;
    expect(await connection.next('event')).toMatchObject({ content: 'two' });
  });

  test('that is refused fails, and the next one goes on', async () => {
    const client = setup.makeClient();
    const connection = await setup.online(client);
    const exchange = client.send('one');
    client.send('two');
    connection.send({ ...refusal, ref: (await connection.next('event')).id });
    const error = new ClientError('forbidden', 'Not yours');
    await expect(exchange.accepted).rejects.toEqual(error);
    await expect(exchange.ended).rejects.toEqual(error);
    await expect(collect(exchange)).rejects.toEqual(error);
    expect(exchange.state).toBe('failed');
    expect(client.conversation().messages[0]).toMatchObject({
      state: 'failed',
      error: { code: 'forbidden', message: 'Not yours' },
    });
    expect(await connection.next('event')).toMatchObject({ content: 'two' });
  });

  test('that is refused for the moment is tried again, before those behind it', async () => {
    const client = setup.makeClient();
    const connection = await setup.online(client);
    const exchange = client.send('one');
    client.send('two');
    const limited = {
      type: 'error',
      code: 'rate_limited',
      message: 'Slower',
      retryable: true,
      retryAfterMs: 250,
    } as const;
    const before = Date.now();
    connection.send({ ...limited, ref: (await connection.next('event')).id });
    await expect
      .poll(() => client.conversation().messages[0])
      .toMatchObject({
        state: 'queued',
        error: { code: 'rate_limited', retrying: true },
      });
    const again = await connection.next('event');
    expect(Date.now() - before).toBeGreaterThanOrEqual(249);
    expect(again).toMatchObject({ id: exchange.id, content: 'one' });
    connection.send(ack(again.id, 1));
    await exchange.accepted;
    expect(client.conversation().messages[0]).toMatchObject({ state: 'accepted', error: undefined });
    expect(await connection.next('event')).toMatchObject({ content: 'two' });
  });

  test('that was said twice is stored, though the relay refuses to take it a second time', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const client = setup.makeClient();
      const connection = await setup.online(client);
      const { id } = client.send('one');
      await connection.next('event');
      await vi.advanceTimersByTimeAsync(10_000);
      await connection.next('event');
      const limited = { type: 'error', code: 'unavailable', message: 'Busy', retryable: true } as const;
      connection.send(ack(id, 1), event(id, 1, { content: 'one' }), { ...limited, ref: id }, reply('rp1', 2));
      await expect.poll(() => client.conversation().messages).toHaveLength(2);
      expect(client.conversation().messages[0]).toMatchObject({ state: 'accepted', error: undefined });
    } finally {
      vi.useRealTimers();
    }
  });

  test('that the agent never fetched fails', async () => {
    const client = setup.makeClient();
    const connection = await setup.online(client);
    const exchange = client.send('one');
    const { id } = await store(connection, 1);
    connection.send({ type: 'receipt', conversation: 'alice', status: 'expired', events: [id] });
    await expect(exchange.ended).rejects.toMatchObject({ code: 'expired' });
    expect(exchange.state).toBe('failed');
  });

  test('fails when the client is closed', async () => {
    const client = setup.makeClient();
    const connection = await setup.online(client);
    const stored = client.send('one');
    const waiting = client.send('two');
    await store(connection, 1);
    await stored.accepted;
    client.close();
    await expect(stored.ended).rejects.toMatchObject({ code: 'closed' });
    await expect(waiting.accepted).rejects.toMatchObject({ code: 'closed' });
  });

  test('that the relay has is answered after the client was closed, and connected again', async () => {
    const client = setup.makeClient();
    const connection = await setup.online(client);
    client.send('one', { id: 'ev1' });
    await store(connection, 1);
    client.send('two');
    await connection.next('event');
    client.close();
    const states = () => client.conversation().messages.map(({ state }) => state);
    expect(states()).toEqual(['accepted', 'failed']);
    void client.connect();
    (await setup.resumed(1)).send(turn('ended', 2));
    await expect.poll(states).toEqual(['answered', 'failed']);
  });

  test('that is refused crashes no page that does not look at it', async () => {
    const client = setup.makeClient();
    const connection = await setup.online(client);
    client.send('one');
    connection.send({ ...refusal, ref: (await connection.next('event')).id });
    await expect.poll(() => client.conversation().messages[0]!.state).toBe('failed');
  });

  test('larger than the relay takes fails here, and the next one goes on', async () => {
    const client = setup.makeClient();
    const connected = client.connect();
    const connection = await setup.relay.nextConnection();
    await connection.welcome({ limits: { frameBytes: 1024, contentLength: 1000 } });
    await connected;
    connection.send(attached());
    await connection.next('attach');
    const frame = { type: 'event', id: 'ev1', content: '', timestamp: Date.now(), conversation: 'alice' };
    const room = 1024 - JSON.stringify(frame).length;
    const over = client.send(`${'é'.repeat(Math.floor(room / 2))}${'x'.repeat((room % 2) + 1)}`, {
      id: 'ev1',
    });
    await expect(over.accepted).rejects.toMatchObject({
      code: 'too_large',
      message: 'More than 1024 bytes',
    });
    client.send(`${'é'.repeat(Math.floor(room / 2))}${'x'.repeat(room % 2)}`, { id: 'ev2' });
    expect(await connection.next('event')).toMatchObject({ id: 'ev2' });
  });

  test.each(['', 'a b', 'é', 'x'.repeat(65)])('is not made under the id %j', (id) => {
    const client = setup.makeClient();
    expect(() => client.send('Hello', { id })).toThrow(expect.objectContaining({ code: 'invalid' }));
    expect(client.conversation().messages).toEqual([]);
  });

  test('is not made under the id of one that waits', () => {
    const client = setup.makeClient();
    client.send('one', { id: 'ev1' });
    expect(() => client.send('two', { id: 'ev1' })).toThrow(expect.objectContaining({ code: 'invalid' }));
  });
});

describe('the outbox', () => {
  test('takes as many events as its limit, and not one more', async () => {
    const client = setup.makeClient({ outboxLimit: 3 });
    for (let i = 0; i < 3; i++) client.send(`${i}`);
    const full = { code: 'outbox_full', retryable: true, message: '3 events wait' };
    expect(() => client.send('one too many')).toThrow(expect.objectContaining(full));
    expect(client.conversation().messages).toHaveLength(3);
    const connection = await setup.online(client);
    await store(connection, 1);
    await connection.next('event');
    client.send('another');
    expect(() => client.send('one too many')).toThrow(expect.objectContaining(full));
  });

  test('sends again what was not acknowledged, in order and under the same ids', async () => {
    const client = setup.makeClient();
    const first = await setup.online(client);
    const ids = ['one', 'two', 'three'].map((content) => client.send(content).id);
    await store(first, 1);
    await first.next('event');
    first.kill();
    const second = await setup.resumed(1);
    expect(await store(second, 2)).toMatchObject({ id: ids[1], content: 'two' });
    expect(await store(second, 3)).toMatchObject({ id: ids[2], content: 'three' });
    expect(client.conversation().messages.map(({ id }) => id)).toEqual(ids);
  });

  test('sends again what the relay lost with its log, and nobody has answered', async () => {
    const client = setup.makeClient();
    const first = await setup.online(client);
    const answered = client.send('one');
    const { id } = await store(first, 1);
    first.send(turn('ended', 2, { events: [id] }));
    await answered.ended;
    const open = client.send('two');
    await store(first, 3);
    await open.accepted;
    client.send('three');
    await first.next('event');
    first.kill();
    const second = await setup.relay.nextConnection();
    expect((await second.welcome()).attach).toEqual([{ conversation: 'alice', epoch: 'ep1', seq: 3 }]);
    second.send(attached({ epoch: 'ep2', recovered: 'reset' }));
    for (const [seq, content] of [
      [1, 'two'],
      [2, 'three'],
    ] as const) {
      const again = await second.next('event');
      expect(again.content).toBe(content);
      second.send({ ...ack(again.id, seq), epoch: 'ep2' }, event(again.id, seq, { epoch: 'ep2', content }));
    }
    await expect
      .poll(() => client.conversation().messages.map(({ content, seq }) => [content, seq]))
      .toEqual([
        ['one', 0],
        ['two', 1],
        ['three', 2],
      ]);
  });

  test('fails with the conversation when the relay does not open that', async () => {
    const client = setup.makeClient({ conversation: 'bob' });
    void client.connect();
    const exchange = client.send('Hello');
    const connection = await setup.relay.nextConnection();
    await connection.welcome();
    connection.send({ ...refusal, conversation: 'bob' });
    await expect(exchange.accepted).rejects.toMatchObject({ code: 'forbidden' });
    const again = client.send('Please');
    expect(await connection.next('attach')).toEqual({ type: 'attach', conversation: 'bob', seq: 0 });
    connection.send(attached({ conversation: 'bob' }));
    expect((await connection.next('event')).id).toBe(again.id);
  });

  test('waits with the conversation while the relay cannot open that', async () => {
    const client = setup.makeClient({ conversation: 'alice' });
    void client.connect();
    client.send('Hello');
    const connection = await setup.relay.nextConnection();
    await connection.welcome();
    const before = Date.now();
    const error = {
      type: 'error',
      code: 'unavailable',
      message: 'The log cannot be opened',
      retryable: true,
    } as const;
    connection.send({ ...error, conversation: 'alice', retryAfterMs: 60 });
    client.send('Are you there?');
    expect(await connection.next('attach')).toEqual({ type: 'attach', conversation: 'alice', seq: 0 });
    expect(Date.now() - before).toBeGreaterThanOrEqual(59);
    connection.send(attached());
    await store(connection, 1);
    await store(connection, 2);
  });

  test('does not make the conversation forget to attach itself again', async () => {
    setup.breaks('relay R-EVENT-3');
    const client = setup.makeClient();
    const connection = await setup.online(client);
    const exchange = client.send('one');
    const { id } = await connection.next('event');
    connection.send(event('ev3', 3));
    await connection.next('attach');
    connection.send(
      {
        type: 'error',
        code: 'unavailable',
        message: '',
        retryable: true,
        retryAfterMs: 20,
        conversation: 'alice',
      },
      ack(id, 4),
    );
    await exchange.accepted;
    expect(await connection.next('attach')).toEqual({
      type: 'attach',
      conversation: 'alice',
      epoch: 'ep1',
      seq: 0,
    });
    connection.send(attached({ seq: 4 }));
  });

  test('is not troubled by errors about other things', async () => {
    setup.breaks('relay R-FRAME-5');
    const client = setup.makeClient();
    void client.connect();
    const exchange = client.send('Hello');
    const connection = await setup.relay.nextConnection();
    await connection.welcome();
    connection.send(
      { ...refusal, code: 'invalid' },
      { ...refusal, ref: 'unknown' },
      { ...refusal, code: 'agent_offline', retryable: true, conversation: 'alice' },
      attached(),
    );
    await connection.next('attach');
    await store(connection, 1);
    await exchange.accepted;
    connection.send(reply('rp1', 2));
    await expect.poll(() => client.conversation().messages).toHaveLength(2);
  });
});
