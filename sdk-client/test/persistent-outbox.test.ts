import { describe, expect, test, vi } from 'vitest';
import type { Durability } from '../src/persistent-outbox.ts';
import { ack, store } from './client-and-relay.ts';
import { attached, event, turn } from './frames.ts';
import { outboxTabs, states } from './outbox-tabs.ts';

const tabs = outboxTabs();
const { setup, openOutbox, openTab, stored } = tabs;

describe('a persistent outbox', () => {
  test('shows after a reload what waits, and sends it in order under the same ids', async () => {
    const before = openTab();
    const ids = ['one', 'two'].map((content) => before.send(content).id);
    await stored('one', 'two');
    before.close();
    expect(states(before)).toEqual(['one queued', 'two queued']);

    const after = openTab();
    await expect.poll(() => states(after)).toEqual(['one queued', 'two queued']);
    after.send('three');
    const connection = await setup.online(after);
    expect(await store(connection, 1)).toMatchObject({ id: ids[0], content: 'one' });
    expect(await store(connection, 2)).toMatchObject({ id: ids[1], content: 'two' });
    expect(await store(connection, 3)).toMatchObject({ content: 'three' });
    await stored();
    expect(states(after)).toEqual(['one accepted', 'two accepted', 'three accepted']);
    connection.send(turn('ended', 4, { events: [ids[0]!] }));
    await expect.poll(() => states(after)[0]).toBe('one answered');
  });

  test('sends again what was sent and never acknowledged, which the relay may have already', async () => {
    const before = openTab();
    const first = await setup.online(before);
    const { id } = before.send('one');
    expect((await first.next('event')).id).toBe(id);
    await stored('one');
    before.close();

    const after = openTab();
    const second = await setup.online(after);
    expect((await second.next('event')).id).toBe(id);
    second.send(ack(id, 1, 'duplicate'), event(id, 1, { content: 'one' }));
    await expect.poll(() => states(after)).toEqual(['one accepted']);
    await stored();
  });

  test('keeps what it sends apart by relay, participant and conversation', async () => {
    openTab().send('of alice');
    openTab({}, 'bob').send('of bob');
    openTab({ url: `${setup.relay.url}/other` }).send('elsewhere');
    openTab().conversation('alice/work').send('of work');
    await expect.poll(() => tabs.storage.contents().length).toBe(4);
    expect(new Set(tabs.storage.keys()).size).toBe(4);
    const alice = openTab();
    await expect.poll(() => states(alice)).toEqual(['of alice queued']);
    await setup.online(alice);
  });

  test('sends nothing when the relay takes the participant for somebody else', async () => {
    const client = openTab();
    const exchange = client.send('a secret of alice');
    await stored('a secret of alice');
    void client.connect();
    const connection = await setup.relay.nextConnection();
    await connection.welcome({ identity: { source: 'bob' }, conversation: 'bob' });
    await connection.next('attach');
    connection.send(attached({ conversation: 'bob' }));
    await expect(exchange.accepted).rejects.toMatchObject({ code: 'wrong_participant' });
    await expect(client.send('another').accepted).rejects.toMatchObject({ code: 'wrong_participant' });
    expect(states(client)).toEqual(['a secret of alice failed', 'another failed']);
    expect(connection.unread).toEqual([]);
    expect(tabs.storage.contents()).toEqual(['a secret of alice']);
    client.close();

    const right = openTab();
    const toAlice = await setup.online(right);
    expect(await store(toAlice, 1)).toMatchObject({ content: 'a secret of alice' });
  });

  test('sends nothing to the wrong relay either that its storage tells of late', async () => {
    const before = openTab();
    before.send('a secret of alice');
    await stored('a secret of alice');
    before.close();
    const { list } = tabs.storage;
    const read = Promise.withResolvers<void>();
    tabs.storage.list = (key) => read.promise.then(() => list(key));
    const client = openTab();
    void client.connect();
    const connection = await setup.relay.nextConnection();
    await connection.welcome({ identity: { source: 'bob' }, conversation: 'bob' });
    await connection.next('attach');
    connection.send(attached({ conversation: 'bob' }));
    await expect.poll(() => client.conversation().agent).toBeDefined();
    read.resolve();
    await expect.poll(() => states(client)).toEqual(['a secret of alice failed']);
    await stored('a secret of alice');
  });

  test('takes what a framework wraps', async () => {
    const client = openTab();
    client.send('one', { attachments: new Proxy([], {}) });
    await stored('one');
  });

  test('is full at its limit, with what waited before the reload', async () => {
    const before = openTab({ outboxLimit: 3 });
    for (let i = 0; i < 2; i++) before.send(`${i}`);
    await stored('0', '1');
    before.close();
    const after = openTab({ outboxLimit: 3 });
    await expect.poll(() => states(after)).toHaveLength(2);
    after.send('2');
    expect(() => after.send('one too many')).toThrow(
      expect.objectContaining({ code: 'outbox_full', retryable: true, message: '3 events wait' }),
    );
    await stored('0', '1', '2');
  });

  test('has its events when it connects again after it was closed', async () => {
    const client = openTab();
    const connection = await setup.online(client);
    const first = client.send('one');
    await connection.next('event');
    client.close();
    await expect(first.ended).rejects.toMatchObject({ code: 'closed' });
    expect(states(client)).toEqual(['one sent']);
    void client.connect();
    const again = await setup.resumed(0);
    const { id } = await again.next('event');
    expect(id).toBe(first.id);
    again.send({ type: 'error', code: 'invalid', message: 'No', retryable: false, ref: id });
    await expect.poll(() => states(client)).toEqual(['one failed']);
  });

  test('sends again what the relay lost with its log, from the tab that sends', async () => {
    const [here, there] = [openTab(), openTab()];
    const first = await setup.online(here);
    const toOther = await setup.online(there);
    const { id } = there.send('one');
    await store(first, 1);
    toOther.send(event(id, 1, { content: 'one' }));
    await expect.poll(() => states(there)).toEqual(['one accepted']);
    await stored();
    first.kill();
    toOther.kill();
    const back = await Promise.all([setup.relay.nextConnection(), setup.relay.nextConnection()]);
    for (const connection of back) {
      await connection.welcome();
      connection.send(attached({ epoch: 'ep2', recovered: 'reset' }));
    }
    const unread = () => back.flatMap((connection) => connection.unread);
    await expect.poll(unread).toMatchObject([{ type: 'event', id, content: 'one' }]);
    for (const connection of back) connection.send(event(id, 1, { epoch: 'ep2', content: 'one' }));
    await expect.poll(() => [states(here), states(there)]).toEqual([['one accepted'], ['one accepted']]);
    await stored();
    expect(unread()).toHaveLength(1);
  });
});

describe('a storage that fails', () => {
  function watched(options: { patienceMs?: number } = {}) {
    const told: (readonly [Durability, unknown?])[] = [];
    const outbox = openOutbox({ ...options, onDurability: (...news) => told.push(news) });
    return { told, outbox, client: openTab({ outbox }) };
  }

  test('leaves the outbox in memory, which says so', async () => {
    tabs.storage.failure = new Error('SecurityError');
    const { told, outbox, client } = watched();
    expect(outbox.durability).toBe('checking');
    client.send('one');
    const connection = await setup.online(client);
    expect(await store(connection, 1)).toMatchObject({ content: 'one' });
    expect(told).toEqual([['memory', tabs.storage.failure]]);
    expect(outbox.durability).toBe('memory');
  });

  test('gets everything that waits as soon as it takes it again', async () => {
    const { told, outbox, client } = watched();
    client.send('one');
    await stored('one');
    tabs.storage.failure = new Error('QuotaExceededError');
    client.send('two');
    await expect.poll(() => outbox.durability).toBe('memory');
    tabs.storage.failure = undefined;
    await stored('one', 'two');
    tabs.storage.failure = new Error('QuotaExceededError');
    client.send('three');
    await expect.poll(() => outbox.durability).toBe('memory');
    tabs.storage.failure = undefined;
    client.send('four');
    await stored('one', 'two', 'three', 'four');
    expect(told.map(([durability]) => durability)).toEqual([
      'persistent',
      'memory',
      'persistent',
      'memory',
      'persistent',
    ]);
  });

  test('at first tells what it holds as soon as it can, and that is sent', async () => {
    const before = openTab();
    before.send('one');
    await stored('one');
    before.close();
    tabs.storage.failure = new Error('UnknownError');
    const { outbox, client } = watched();
    const connection = await setup.online(client);
    await expect.poll(() => outbox.durability).toBe('memory');
    tabs.storage.failure = undefined;
    expect(await store(connection, 1)).toMatchObject({ content: 'one' });
    await stored();
  });

  test('to forget an event is asked again', async () => {
    const { client } = watched();
    const connection = await setup.online(client);
    client.send('one');
    await stored('one');
    const { remove } = tabs.storage;
    tabs.storage.remove = () => {
      tabs.storage.remove = remove;
      return Promise.reject(new Error('UnknownError'));
    };
    await store(connection, 1);
    await stored();
  });

  test('after the client was closed is left alone', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const added = Promise.withResolvers<void>();
      tabs.storage.add = () => added.promise;
      const { outbox, client } = watched();
      client.send('one');
      await vi.advanceTimersByTimeAsync(0);
      client.close();
      added.reject(new Error('UnknownError'));
      await vi.advanceTimersByTimeAsync(0);
      expect(outbox.durability).toBe('memory');
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  test('that never answers is not waited for', async () => {
    tabs.storage.list = tabs.storage.add = tabs.storage.remove = () => new Promise<never>(() => {});
    const { outbox, client } = watched({ patienceMs: 30 });
    client.send('one');
    const connection = await setup.online(client);
    expect(await store(connection, 1)).toMatchObject({ content: 'one' });
    expect(outbox.durability).toBe('memory');
  });

  test('and is wiped gets again what waits', async () => {
    const { client } = watched();
    client.send('one');
    client.send('two');
    await stored('one', 'two');
    tabs.storage.wipe();
    await stored('one', 'two');
    client.close();
    tabs.storage.wipe();
    const reloaded = openTab();
    await setup.online(reloaded);
    expect(states(reloaded)).toEqual([]);
  });
});
