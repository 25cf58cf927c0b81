import { afterEach, describe, expect, test, vi } from 'vitest';
import { ack, clientAndRelay, store } from './client-and-relay.ts';
import { event } from './frames.ts';

const setup = clientAndRelay();
const year = 365 * 24 * 60 * 60 * 1000;

afterEach(() => {
  vi.restoreAllMocks();
});

describe.each([
  ['ahead', year],
  ['back', -year],
])('a client whose clock is set %s', (_, by) => {
  test('loses nothing, says nothing twice, and shows all in the order of the log', async () => {
    const client = setup.makeClient();
    let connection = await setup.online(client);
    const before = client.conversation().send('before');
    await store(connection, 1);
    await before.accepted;

    const now = Date.now;
    vi.spyOn(Date, 'now').mockImplementation(() => now() + by);
    const after = client.conversation().send('after');
    const submitted = await connection.next('event');
    expect(Math.abs(submitted.timestamp - now() - by)).toBeLessThan(60_000);
    connection.close(1012);
    connection = await setup.resumed(1);
    expect(await connection.next('event')).toEqual(submitted);
    const { id, content } = submitted;
    connection.send(
      ack(id, 2),
      event(id, 2, { content }),
      event('ev3', 3, { source: 'bob', content: 'of another' }),
    );
    await after.accepted;
    await expect
      .poll(() => client.conversation().messages.map(({ content }) => content))
      .toEqual(['before', 'after', 'of another']);
  });
});
