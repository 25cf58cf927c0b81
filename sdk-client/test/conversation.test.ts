import { describe, expect, test } from 'vitest';
import { ack, clientAndRelay, store } from './client-and-relay.ts';
import { attached, delta, event, reply, turn } from './frames.ts';

const setup = clientAndRelay();

describe('a conversation', () => {
  test('shows what was said before, and by others', async () => {
    const client = setup.makeClient();
    const connection = await setup.online(client);
    connection.send(
      event('ev1', 1, { source: 'bob', sender: { name: 'Bob' } }),
      reply('rp1', 2, { actions: [{ id: 'ok', label: 'OK' }] }),
      event('ev2', 3),
    );
    await expect
      .poll(() => client.conversation().messages)
      .toMatchObject([
        { role: 'participant', source: 'bob', own: false, sender: { name: 'Bob' } },
        { role: 'agent', source: 'default', actions: [{ id: 'ok', label: 'OK' }] },
        { role: 'participant', source: 'alice', own: true, state: 'accepted' },
      ]);
  });

  test('tells once what changed in one go, and leaves earlier snapshots as they were', async () => {
    const client = setup.makeClient();
    const connection = await setup.online(client);
    const conversation = client.conversation();
    const snapshots: (readonly string[])[] = [];
    const changed = new Promise<void>((resolve) => {
      conversation.subscribe(() => {
        snapshots.push(conversation.messages.map(({ content }) => content));
        resolve();
      });
    });
    const before = conversation.messages;
    client.send('one');
    client.send('two');
    expect(snapshots).toEqual([]);
    await changed;
    expect(snapshots).toEqual([['one', 'two']]);
    expect(before).toEqual([]);
    await connection.next('event');
  });

  test('tells no more to a listener that has gone', async () => {
    const client = setup.makeClient();
    const calls: string[] = [];
    const conversation = client.conversation();
    const stop = conversation.subscribe(() => calls.push('first'));
    conversation.subscribe(() => calls.push('second'));
    stop();
    client.send('one');
    await expect.poll(() => calls).toEqual(['second']);
  });

  test('hands on frames by their type', async () => {
    setup.breaks('relay R-ATTACH-6');
    const client = setup.makeClient();
    const seen: string[] = [];
    for (const type of ['attached', 'event', 'ack', 'turn', 'reply', 'signal', 'error'] as const) {
      client.conversation().on(type, (frame) => seen.push(frame.type));
    }
    const connection = await setup.online(client);
    client.send('Hello', { id: 'ev1' });
    await store(connection, 1);
    connection.send(
      turn('started'),
      delta('rp1', 0, 'x'),
      { type: 'signal', kind: 'typing', conversation: 'alice', source: 'default', active: true },
      { type: 'error', code: 'forbidden', message: '', retryable: false, conversation: 'alice' },
      reply('rp9', 1, { conversation: 'bob' }),
    );
    await expect
      .poll(() => seen)
      .toEqual(['attached', 'attached', 'ack', 'event', 'turn', 'reply', 'signal', 'error']);
  });

  test('shows whether the agent is there', async () => {
    const client = setup.makeClient();
    expect(client.conversation().agent).toBeUndefined();
    const connection = await setup.online(client);
    expect(client.conversation().agent).toEqual({ source: 'default', online: true, stream: 'token' });
    const agent = { source: 'default', online: false };
    connection.send({ type: 'signal', kind: 'presence', conversation: 'alice', agent });
    await expect.poll(() => client.conversation().agent).toEqual(agent);
  });

  test('stops one turn, or all of them, while there is a connection', async () => {
    const client = setup.makeClient();
    expect(client.cancel()).toBe(false);
    const connection = await setup.online(client);
    expect(client.cancel('tu1')).toBe(true);
    client.cancel();
    expect(await connection.next('cancel')).toEqual({ type: 'cancel', conversation: 'alice', turn: 'tu1' });
    expect(await connection.next('cancel')).toEqual({ type: 'cancel', conversation: 'alice' });
    client.send('Hello', { id: 'ev1' });
    await store(connection, 1);
    connection.send(turn('started'), turn('ended', 2, { outcome: 'aborted' }));
    await expect
      .poll(() => client.conversation())
      .toMatchObject({ turns: [], lastTurn: { outcome: 'aborted' } });
  });

  test('tells the others that its participant is typing', async () => {
    const client = setup.makeClient();
    client.conversation().typing(true);
    const connection = await setup.online(client);
    client.conversation().typing(false);
    expect(await connection.next('signal')).toEqual({
      type: 'signal',
      kind: 'typing',
      conversation: 'alice',
      active: false,
    });
  });

  test('tells nothing of it to a relay that does not read signals', async () => {
    const client = setup.makeClient();
    const connected = client.connect();
    const connection = await setup.relay.nextConnection();
    await connection.welcome({ capabilities: [] });
    await connection.next('attach');
    await connected;
    client.conversation().typing(true);
    client.cancel();
    await connection.next('cancel');
  });

  test('asks again for what is missing, from its cursor and once', async () => {
    setup.breaks('relay R-EVENT-3');
    const client = setup.makeClient();
    const connection = await setup.online(client);
    connection.send(reply('rp1', 1), reply('rp3', 3), reply('rp4', 4));
    expect(await connection.next('attach')).toEqual({
      type: 'attach',
      conversation: 'alice',
      epoch: 'ep1',
      seq: 1,
    });
    connection.send(attached({ seq: 4 }), reply('rp2', 2), reply('rp3', 3), reply('rp4', 4));
    await expect
      .poll(() => client.conversation().messages.map(({ id }) => id))
      .toEqual(['rp1', 'rp2', 'rp3', 'rp4']);
    expect(connection.unread).toEqual([]);
    expect(client.conversation().recovered).toBe('complete');
  });

  test('asks again for a reply of which a piece is missing', async () => {
    const client = setup.makeClient();
    const connection = await setup.online(client);
    connection.send(delta('rp1', 0, 'one '), delta('rp1', 2, 'three '));
    expect(await connection.next('attach')).toMatchObject({ epoch: 'ep1', seq: 0 });
    connection.send(attached(), delta('rp1', 0, 'one two three ', { count: 3, replace: true }));
    await expect.poll(() => client.conversation().messages).toMatchObject([{ content: 'one two three ' }]);
  });
});

describe('conversations', () => {
  test('have one object for each name, and each its own frames, cursor and outbox', async () => {
    const client = setup.makeClient();
    const connection = await setup.online(client);
    const work = client.conversation('alice/work');
    expect(client.conversation('alice/work')).toBe(work);
    expect(client.conversation('alice')).toBe(client.conversation());
    expect(await connection.next('attach')).toEqual({ type: 'attach', conversation: 'alice/work', seq: 0 });
    client.send('to be stored');
    await connection.next('event');
    work.send('Hello', { id: 'ev1' });
    connection.send(attached({ conversation: 'alice/work', epoch: 'ep7', seq: 2 }));
    const { id } = await connection.next('event');
    connection.send({ ...ack(id, 3), conversation: 'alice/work', epoch: 'ep7' });
    for (const [i, name] of ['rp1', 'rp2'].entries()) {
      connection.send(reply(name, i + 1, { conversation: 'alice/work', epoch: 'ep7' }));
    }
    await expect.poll(() => work.messages.map((message) => message.id)).toEqual(['rp1', 'rp2', 'ev1']);
    expect(client.conversation().messages).toMatchObject([{ content: 'to be stored', state: 'sent' }]);
    connection.kill();
    expect((await (await setup.relay.nextConnection()).welcome()).attach).toEqual([
      { conversation: 'alice', epoch: 'ep1', seq: 0 },
      { conversation: 'alice/work', epoch: 'ep7', seq: 2 },
    ]);
  });

  test('are all attached, more than fit into the hello too', async () => {
    const client = setup.makeClient({ conversation: 'c0' });
    for (let i = 1; i < 66; i++) client.conversation(`c${i}`);
    void client.connect();
    const connection = await setup.relay.nextConnection();
    expect((await connection.welcome()).attach).toHaveLength(64);
    expect(await connection.next('attach')).toEqual({ type: 'attach', conversation: 'c64', seq: 0 });
    expect(await connection.next('attach')).toEqual({ type: 'attach', conversation: 'c65', seq: 0 });
  });
});

test('two clients of one participant see the same', async () => {
  const [phone, laptop] = [setup.makeClient(), setup.makeClient()];
  const toPhone = await setup.online(phone);
  const toLaptop = await setup.online(laptop);
  phone.send('Hello', { id: 'ev1' });
  const submission = await store(toPhone, 1);
  toLaptop.send(event('ev1', 1, { content: submission.content }));
  for (const connection of [toPhone, toLaptop])
    connection.send(reply('rp1', 2, { turn: 'tu1' }), turn('ended', 3));
  const view = (client: typeof phone) =>
    client
      .conversation()
      .messages.map(({ id, content, seq, state, own }) => ({ id, content, seq, state, own }));
  await expect
    .poll(() => view(phone))
    .toMatchObject([{ id: 'ev1', state: 'answered', own: true }, { id: 'rp1' }]);
  await expect.poll(() => view(laptop)).toEqual(view(phone));
});
