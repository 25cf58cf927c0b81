import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Client } from '../src/index.ts';
import { ack, store } from './client-and-relay.ts';
import { event } from './frames.ts';
import { outboxTabs, states } from './outbox-tabs.ts';
import type { RawConnection } from './raw-relay.ts';

const { setup, openTab, stored } = outboxTabs();

/** What the tabs of alice share the outbox of her own conversation by. */
const sharedName = (): string =>
  `websocket-channel ${JSON.stringify([new URL(setup.relay.url).href, 'alice', ''])}`;

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

    test('send nothing after they thaw, until the one that took the lead has gone', async () => {
      const client = openTab();
      const connection = await setup.online(client);
      client.send('one', { id: 'ev1' });
      await connection.next('event');
      const gone = Promise.withResolvers<void>();
      const took = Promise.withResolvers<void>();
      const lead = navigator.locks.request(sharedName(), { steal: true }, () => {
        took.resolve();
        return gone.promise;
      });
      await took.promise;
      connection.send(ack('ev1', 1), event('ev1', 1, { content: 'one' }));
      client.send('two');
      await stored('two');
      expect(connection.unread).toEqual([]);
      gone.resolve();
      await lead;
      expect(await store(connection, 2)).toMatchObject({ content: 'two' });
      await stored();
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
