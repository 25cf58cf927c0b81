import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createRenewal } from '../src/renewal.ts';
import { clientAndRelay } from './client-and-relay.ts';
import { attached } from './frames.ts';

describe('a renewal', () => {
  const renew = vi.fn<() => Promise<void>>();
  beforeEach(() => {
    vi.useFakeTimers({ now: 1_000_000 });
    renew.mockReset().mockResolvedValue();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const day = 86_400_000;
  const times = async (expiresInMs: number, passes: number): Promise<number> => {
    const start = createRenewal(renew);
    start(Date.now() + expiresInMs);
    await vi.advanceTimersByTimeAsync(passes);
    start();
    return renew.mock.calls.length;
  };

  test.each([
    ['half of the time that is left', 600_000, 299_999, 0],
    ['half of the time that is left', 600_000, 300_000, 1],
    ['half of what is left then, where that brought no new token', 600_000, 450_000, 2],
    ['a second at least', 1500, 999, 0],
    ['a second at least', 1500, 1000, 1],
    ['a minute, where a clock that is ahead takes it for expired', -3_600_000, 59_999, 0],
    ['a minute, where a clock that is ahead takes it for expired', -3_600_000, 60_000, 1],
    ['no longer than a timer can wait', 400 * day, 10 * day, 0],
    ['no longer than a timer can wait', 400 * day, 2 ** 31 - 1, 1],
  ])('happens after %s: a token of %i ms, after %i ms', async (_, expiresInMs, passes, expected) => {
    expect(await times(expiresInMs, passes)).toBe(expected);
  });

  test('goes on after a token that cannot be fetched', async () => {
    renew.mockRejectedValueOnce(new Error('offline'));
    expect(await times(600_000, 450_000)).toBe(2);
  });

  test('goes on after a token that never comes', async () => {
    renew.mockReturnValueOnce(new Promise(() => {}));
    expect(await times(600_000, 450_000)).toBe(2);
  });

  test('does not happen for a token without end, and no longer once it is stopped', async () => {
    const start = createRenewal(renew);
    start();
    await vi.advanceTimersByTimeAsync(day);
    start(Date.now() + 600_000);
    start();
    await vi.advanceTimersByTimeAsync(day);
    expect(renew).not.toHaveBeenCalled();
  });

  test('that is under way when the connection is lost starts nothing', async () => {
    const token = Promise.withResolvers<void>();
    renew.mockReturnValue(token.promise);
    const start = createRenewal(renew);
    start(Date.now() + 600_000);
    await vi.advanceTimersByTimeAsync(300_000);
    start();
    token.resolve();
    await vi.advanceTimersByTimeAsync(day);
    expect(renew).toHaveBeenCalledOnce();
  });
});

describe('a client whose token ends', () => {
  const setup = clientAndRelay();

  test('hands the relay a fresh one in time, again and again, and shows it to nobody', async () => {
    let tokens = 0;
    const client = setup.makeClient({ token: async () => `secret-${++tokens}` });
    const texts: string[] = [];
    client.on('traffic', ({ text }) => texts.push(text));
    void client.connect();
    const connection = await setup.relay.nextConnection();
    expect(await connection.welcome({ tokenExpiresAt: Date.now() + 1500 })).toMatchObject({
      token: 'secret-1',
    });
    await connection.next('attach');
    connection.send(attached(), attached());
    expect(await connection.next('auth')).toEqual({ type: 'auth', token: 'secret-2' });
    connection.send({ type: 'auth', tokenExpiresAt: Date.now() + 1500 });
    expect(await connection.next('auth')).toEqual({ type: 'auth', token: 'secret-3' });
    expect(client.status).toEqual({ state: 'online' });
    expect(texts.join()).not.toContain('secret');
  });

  test.each(['', undefined, async () => ''])('says none where it has an empty one: %s', async (token) => {
    const client = setup.makeClient(token === undefined ? {} : { token });
    void client.connect();
    const connection = await setup.relay.nextConnection();
    expect(await connection.welcome()).not.toHaveProperty('token');
    await connection.next('attach');
    connection.send(attached(), attached());
  });
});
