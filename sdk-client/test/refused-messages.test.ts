import { describe, expect, test } from 'vitest';
import type { Client, SendOptions } from '../src/index.ts';
import { store } from './client-and-relay.ts';
import { outboxTabs, states } from './outbox-tabs.ts';

const tabs = outboxTabs();
const { setup, openOutbox, openTab, stored } = tabs;

describe('a message that the relay refuses for good', () => {
  const failed = { state: 'failed', error: { code: 'forbidden', message: 'Not yours' } };
  const refusal = { type: 'error', code: 'forbidden', message: 'Not yours', retryable: false } as const;

  /** A tab, as it is after a reload, with what it can discard by. */
  function openedTab() {
    const outbox = openOutbox();
    return { outbox, client: openTab({ outbox }) };
  }

  const shown = (client: Client) => client.conversation().messages[0];

  /** Sends a message, which the relay does not answer yet. */
  async function send() {
    const { client, outbox } = openedTab();
    const connection = await setup.online(client);
    const { id } = client.send('one');
    await connection.next('event');
    await stored('one');
    return { id, client, outbox, connection };
  }

  /** Sends a message that is refused, in a tab that is still open. */
  async function refuse(options: SendOptions = {}) {
    const client = openTab();
    const connection = await setup.online(client);
    const { id } = client.send('one', options);
    await connection.next('event');
    connection.send({ ...refusal, ref: id });
    await expect.poll(() => shown(client)).toMatchObject(failed);
    await expect.poll(() => tabs.storage.contents()).toEqual(['one']);
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
    tabs.storage.add = () => Promise.reject(new Error('QuotaExceededError'));
    here.send('one', { id });
    await expect.poll(() => outbox.durability).toBe('memory');
    here.close();
    const { client: after } = openedTab();
    await expect.poll(() => shown(after)).toMatchObject({ ...failed, id });
  });

  test('is sent once more after a reload where it could not be kept', async () => {
    const { id, client, outbox, connection } = await send();
    const { add } = tabs.storage;
    tabs.storage.add = (key, events) =>
      events.length > 0 ? Promise.reject(new Error('QuotaExceededError')) : add(key, events);
    connection.send({ ...refusal, ref: id });
    await expect.poll(() => outbox.durability).toBe('memory');
    client.close();
    const { client: after } = openedTab();
    expect(await (await setup.online(after)).next('event')).toMatchObject({ id, content: 'one' });
  });

  test('is kept as soon as the storage takes it', async () => {
    const { id, client, outbox, connection } = await send();
    const { add } = tabs.storage;
    tabs.storage.add = () => Promise.reject(new Error('QuotaExceededError'));
    connection.send({ ...refusal, ref: id });
    await expect.poll(() => outbox.durability).toBe('memory');
    tabs.storage.add = add;
    await expect.poll(() => tabs.storage.keys()).toHaveLength(2);
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
    await expect.poll(() => tabs.storage.contents().at(-1)).toBe(`${count}`);
    const first = count === 101 ? 2 : 1;
    await stored(...Array.from({ length: Math.min(count, 100) }, (_, i) => `${first + i}`));
  });
});
