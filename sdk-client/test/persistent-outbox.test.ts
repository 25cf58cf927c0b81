import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventSubmission } from '@websocket-channel/protocol';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createFileStorage } from '../src/file-storage.ts';
import type { Client, ClientOptions, SendOptions } from '../src/index.ts';
import { shareBetweenTabs } from '../src/outbox-sharing.ts';
import { createPersistentOutbox, type Durability } from '../src/persistent-outbox.ts';
import { ack, clientAndRelay, store } from './client-and-relay.ts';
import { attached, event, turn } from './frames.ts';
import { createMapStorage, type MapStorage } from './map-storage.ts';
import type { RawConnection } from './raw-relay.ts';

const setup = clientAndRelay();

let storage: MapStorage;
beforeEach(() => {
  storage = createMapStorage();
});

/** A client that keeps its outbox in the storage, as one tab of several. */
function openTab(options: Partial<ClientOptions> = {}, participant = 'alice'): Client {
  return setup.makeClient({
    outbox: createPersistentOutbox(storage, { participant }, shareBetweenTabs),
    ...options,
  });
}

/** What the tabs of alice share the outbox of her own conversation by. */
const sharedName = (): string =>
  `websocket-channel ${JSON.stringify([new URL(setup.relay.url).href, 'alice', ''])}`;

const states = (client: Client) =>
  client.conversation().messages.map(({ content, state }) => `${content} ${state}`);

const stored = (...contents: string[]) => expect.poll(storage.contents).toEqual(contents);

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
    await expect.poll(() => storage.contents().length).toBe(4);
    expect(new Set(storage.keys()).size).toBe(4);
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
    expect(storage.contents()).toEqual(['a secret of alice']);
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
    const { list } = storage;
    const read = Promise.withResolvers<void>();
    storage.list = (key) => read.promise.then(() => list(key));
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
      expect.objectContaining({ code: 'outbox_full', retryable: true, message: '3 events wait already' }),
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

describe('a message that the relay refuses for good', () => {
  const failed = { state: 'failed', error: { code: 'forbidden', message: 'Not yours' } };
  const refusal = { type: 'error', code: 'forbidden', message: 'Not yours', retryable: false } as const;

  /** A tab, as it is after a reload, with what it can discard by. */
  function openedTab() {
    const outbox = createPersistentOutbox(storage, { participant: 'alice' }, shareBetweenTabs);
    return { outbox, client: openTab({ outbox }) };
  }

  const shown = (client: Client) => client.conversation().messages[0];

  /** Sends a message that is refused, in a tab that is still open. */
  async function refuse(options: SendOptions = {}) {
    const client = openTab();
    const connection = await setup.online(client);
    const { id } = client.send('one', options);
    await connection.next('event');
    connection.send({ ...refusal, ref: id });
    await expect.poll(() => shown(client)).toMatchObject(failed);
    await expect.poll(() => storage.contents()).toEqual(['one']);
    return { id, client };
  }

  test('is shown as failed in every tab and after a reload, says why, and is not sent again', async () => {
    const { client: there } = openedTab();
    const ext = { 'com.example.mood': 'fine' };
    const { id, client } = await refuse({ ext });
    await expect.poll(() => shown(there)).toMatchObject(failed);
    client.close();
    there.close();
    const { client: after } = openedTab();
    await expect.poll(() => shown(after)).toMatchObject({ ...failed, id, content: 'one', own: true, ext });
    const connection = await setup.online(after);
    after.send('two');
    expect(await connection.next('event')).toMatchObject({ content: 'two' });
    expect(states(after)).toEqual(['one failed', 'two sent']);
  });

  test('is sent again under its id, from whichever tab, and has not failed then', async () => {
    const { id, client } = await refuse();
    client.close();
    const [{ client: here }, { client: there }] = [openedTab(), openedTab()];
    const connection = await setup.online(here);
    await expect.poll(() => shown(there)).toMatchObject(failed);
    there.send('one', { id });
    expect(await store(connection, 1)).toMatchObject({ id, content: 'one' });
    await expect.poll(() => [states(here), states(there)]).toEqual([['one accepted'], ['one accepted']]);
    await stored();
  });

  test('is not lost when it is sent again and the storage is full', async () => {
    const { id, client } = await refuse();
    client.close();
    const { client: here, outbox } = openedTab();
    await expect.poll(() => shown(here)).toMatchObject(failed);
    storage.add = () => Promise.reject(new Error('QuotaExceededError'));
    here.send('one', { id });
    await expect.poll(() => outbox.durability).toBe('memory');
    here.close();
    const { client: after } = openedTab();
    await expect.poll(() => shown(after)).toMatchObject({ ...failed, id });
  });

  test('is sent once more after a reload where it could not be kept', async () => {
    const { client, outbox } = openedTab();
    const connection = await setup.online(client);
    const { id } = client.send('one');
    await connection.next('event');
    await stored('one');
    const { add } = storage;
    storage.add = (key, events) =>
      events.length > 0 ? Promise.reject(new Error('QuotaExceededError')) : add(key, events);
    connection.send({ ...refusal, ref: id });
    await expect.poll(() => outbox.durability).toBe('memory');
    client.close();
    const { client: after } = openedTab();
    expect(await (await setup.online(after)).next('event')).toMatchObject({ id, content: 'one' });
  });

  test('is kept as soon as the storage takes it', async () => {
    const { client, outbox } = openedTab();
    const connection = await setup.online(client);
    const { id } = client.send('one');
    await connection.next('event');
    await stored('one');
    const { add } = storage;
    storage.add = () => Promise.reject(new Error('QuotaExceededError'));
    connection.send({ ...refusal, ref: id });
    await expect.poll(() => outbox.durability).toBe('memory');
    storage.add = add;
    await expect.poll(() => storage.keys()).toHaveLength(2);
    await stored('one');
    client.close();
    const { client: after } = openedTab();
    await expect.poll(() => shown(after)).toMatchObject({ ...failed, id });
    await setup.online(after);
  });

  test('is sent after a reload that came while it was sent again, and has not failed then', async () => {
    const { id, client } = await refuse();
    client.close();
    const { client: before } = openedTab();
    await expect.poll(() => shown(before)).toMatchObject(failed);
    before.send('one', { id });
    await stored('one', 'one');
    before.close();
    const { client: after } = openedTab();
    await expect.poll(() => states(after)).toEqual(['one queued']);
    expect(await store(await setup.online(after), 1)).toMatchObject({ id });
    await stored();
    expect(states(after)).toEqual(['one accepted']);
  });

  test('is discarded in every tab, and not there after a reload', async () => {
    const { id, client } = await refuse();
    client.close();
    const [here, there] = [openedTab(), openedTab()];
    for (const tab of [here, there]) await expect.poll(() => shown(tab.client)).toMatchObject(failed);
    expect(here.outbox.discard('something else')).toBe(false);
    expect(here.outbox.discard(id)).toBe(true);
    expect(here.outbox.discard(id)).toBe(false);
    const discarded = { state: 'failed', error: { code: 'discarded' } };
    for (const tab of [here, there]) await expect.poll(() => shown(tab.client)).toMatchObject(discarded);
    await stored();
    const after = openedTab();
    await setup.online(after.client);
    expect(states(after.client)).toEqual([]);
  });

  test.each([99, 100, 101])('is kept among %i: the latest 100', async (count) => {
    const client = openTab({ outboxLimit: count });
    const connection = await setup.online(client);
    for (let i = 1; i <= count; i++) client.send(`${i}`, { id: `ev${i}` });
    for (let i = 1; i <= count; i++) {
      await connection.next('event');
      connection.send({ ...refusal, ref: `ev${i}` });
    }
    await expect.poll(() => states(client).at(-1)).toBe(`${count} failed`);
    client.close();
    await expect.poll(() => storage.contents().at(-1)).toBe(`${count}`);
    const first = count === 101 ? 2 : 1;
    await stored(...Array.from({ length: Math.min(count, 100) }, (_, i) => `${first + i}`));
  });
});

describe('tabs of one participant', () => {
  async function twoTabs(): Promise<{
    clients: [Client, Client];
    relaySides: [RawConnection, RawConnection];
  }> {
    const clients: [Client, Client] = [openTab(), openTab()];
    return { clients, relaySides: [await setup.online(clients[0]), await setup.online(clients[1])] };
  }

  test('send each event once, whichever tab it was written in, and all show its state', async () => {
    const { clients, relaySides } = await twoTabs();
    const [leading, other] = clients;
    other.send('from the other', { id: 'ev1' });
    expect(await relaySides[0].next('event')).toMatchObject({ id: 'ev1', content: 'from the other' });
    await expect
      .poll(() => [states(leading), states(other)])
      .toEqual([['from the other sent'], ['from the other sent']]);
    relaySides[0].send(ack('ev1', 1));
    await expect.poll(() => states(other)).toEqual(['from the other accepted']);
    leading.send('from the first');
    expect(await relaySides[0].next('event')).toMatchObject({ content: 'from the first' });
    expect(relaySides[1].unread).toEqual([]);
    expect(relaySides[0].unread).toEqual([]);
  });

  test('take over from one that is cut off while it sends', async () => {
    const { clients, relaySides } = await twoTabs();
    const [, other] = clients;
    clients[0].send('one', { id: 'ev1' });
    await relaySides[0].next('event');
    await expect.poll(() => states(other)).toEqual(['one sent']);
    clients[0].close();
    expect(await store(relaySides[1], 1)).toMatchObject({ id: 'ev1' });
    await expect.poll(() => states(other)).toEqual(['one accepted']);
    await stored();
  });

  test('send once more what is said again, also what another one knows to be stored', async () => {
    const leading = openTab();
    const connection = await setup.online(leading);
    leading.send('one', { id: 'ev1' });
    await store(connection, 1);
    await stored();
    const reloaded = openTab();
    const { accepted } = reloaded.send('one', { id: 'ev1' });
    expect(await connection.next('event')).toMatchObject({ id: 'ev1', content: 'one' });
    connection.send(ack('ev1', 1, 'duplicate'));
    await expect
      .poll(() => [states(leading), states(reloaded)])
      .toEqual([['one accepted'], ['one accepted']]);
    await accepted;
    await stored();
  });

  describe('of which one is frozen', () => {
    beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }));
    afterEach(() => void vi.useRealTimers());

    test('do not wait for it for ever', async () => {
      const thawed = Promise.withResolvers<void>();
      const lead = navigator.locks.request(sharedName(), () => thawed.promise).catch(() => {});
      const client = openTab();
      const connection = await setup.online(client);
      vi.advanceTimersByTime(60_000);
      client.send('one');
      await stored('one');
      expect(connection.unread).toEqual([]);
      vi.advanceTimersByTime(10_000);
      expect(await store(connection, 1)).toMatchObject({ content: 'one' });
      await stored();
      thawed.resolve();
      await lead;
    });

    test('wait for it while it answers', async () => {
      const { clients, relaySides } = await twoTabs();
      const [leading, other] = clients;
      leading.send('one');
      await relaySides[0].next('event');
      other.send('two');
      await expect.poll(() => states(leading)).toEqual(['one sent', 'two queued']);
      const channel = new BroadcastChannel(sharedName());
      const answers: string[] = [];
      channel.onmessage = ({ data }) => void answers.push(data.type);
      for (let asked = 1; asked <= 3; asked++) {
        vi.advanceTimersByTime(5000);
        await expect.poll(() => answers.filter((type) => type === 'leading')).toHaveLength(asked);
      }
      channel.close();
      expect(relaySides[1].unread).toEqual([]);
    });
  });

  test('go on where only one of them has a connection', async () => {
    const connected = openTab();
    const connection = await setup.online(connected);
    const offline = openTab();
    offline.send('one', { id: 'ev1' });
    expect(await store(connection, 1)).toMatchObject({ id: 'ev1' });
    await expect.poll(() => states(offline)).toEqual(['one accepted']);
  });
});

describe('a storage that fails', () => {
  function watched(options: { patienceMs?: number } = {}) {
    const told: (readonly [Durability, unknown?])[] = [];
    const outbox = createPersistentOutbox(
      storage,
      { participant: 'alice', ...options, onDurability: (...news) => told.push(news) },
      shareBetweenTabs,
    );
    return { told, outbox, client: openTab({ outbox }) };
  }

  test('leaves the outbox in memory, which says so', async () => {
    storage.failure = new Error('SecurityError');
    const { told, outbox, client } = watched();
    expect(outbox.durability).toBe('checking');
    client.send('one');
    const connection = await setup.online(client);
    expect(await store(connection, 1)).toMatchObject({ content: 'one' });
    expect(told).toEqual([['memory', storage.failure]]);
    expect(outbox.durability).toBe('memory');
  });

  test('gets everything that waits as soon as it takes it again', async () => {
    const { told, outbox, client } = watched();
    client.send('one');
    await stored('one');
    storage.failure = new Error('QuotaExceededError');
    client.send('two');
    await expect.poll(() => outbox.durability).toBe('memory');
    storage.failure = undefined;
    await stored('one', 'two');
    storage.failure = new Error('QuotaExceededError');
    client.send('three');
    await expect.poll(() => outbox.durability).toBe('memory');
    storage.failure = undefined;
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
    storage.failure = new Error('UnknownError');
    const { outbox, client } = watched();
    const connection = await setup.online(client);
    await expect.poll(() => outbox.durability).toBe('memory');
    storage.failure = undefined;
    expect(await store(connection, 1)).toMatchObject({ content: 'one' });
    await stored();
  });

  test('to forget an event is asked again', async () => {
    const { client } = watched();
    const connection = await setup.online(client);
    client.send('one');
    await stored('one');
    const { remove } = storage;
    storage.remove = () => {
      storage.remove = remove;
      return Promise.reject(new Error('UnknownError'));
    };
    await store(connection, 1);
    await stored();
  });

  test('after the client was closed is left alone', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const added = Promise.withResolvers<void>();
      storage.add = () => added.promise;
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
    storage.list = storage.add = storage.remove = () => new Promise<never>(() => {});
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
    storage.wipe();
    await stored('one', 'two');
    client.close();
    storage.wipe();
    const reloaded = openTab();
    await setup.online(reloaded);
    expect(states(reloaded)).toEqual([]);
  });
});

describe('a file', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'outbox-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const submission = (id: string): EventSubmission => ({ type: 'event', id, content: id, timestamp: 1 });

  test('keeps lists in order, each under its key, readable for its owner alone', async () => {
    const path = join(folder, 'outbox.json');
    const file = createFileStorage(path);
    expect(await file.list('a')).toEqual([]);
    await Promise.all([
      file.add('a', [submission('a1'), submission('a2')]),
      file.add('b', [submission('b1')]),
      file.add('a', [submission('a1'), submission('a3')]),
      file.remove('a', 'a2'),
      file.remove('c', 'unknown'),
    ]);
    const reopened = createFileStorage(path);
    expect((await reopened.list('a')).map(({ id }) => id)).toEqual(['a1', 'a3']);
    expect((await reopened.list('b')).map(({ id }) => id)).toEqual(['b1']);
    expect((await stat(path)).mode & 0o077).toBe(0);
  });

  test('is shared by the clients of a process', async () => {
    const path = join(folder, 'outbox.json');
    const files = [createFileStorage(path), createFileStorage(path)];
    await Promise.all(files.map((file, i) => file.add(`${i}`, [submission(`ev${i}`)])));
    expect(await files[0]!.list('1')).toEqual([submission('ev1')]);
    expect(await files[1]!.list('0')).toEqual([submission('ev0')]);
  });

  test.each(['{"half', '[1]', '{"a":[{"type":"event"}]}', 'null', '{"a":1}'])(
    'that holds %j is left alone, and refused',
    async (text) => {
      const path = join(folder, 'outbox.json');
      await writeFile(path, text);
      const file = createFileStorage(path);
      await expect(file.list('a')).rejects.toThrow();
      await expect(file.add('a', [submission('a1')])).rejects.toThrow();
      expect(await readFile(path, 'utf8')).toBe(text);
    },
  );
});
