import { afterEach, describe, expect, it } from 'vitest';
import { health, metrics, observeAccount } from '../src/host/metrics.ts';

const observers = new Set<ReturnType<typeof observeAccount>>();
const observe = (account: string) => {
  const observer = observeAccount(account);
  observers.add(observer);
  return observer;
};

afterEach(() => {
  for (const observer of observers) observer.remove();
});

describe('the health of the channel', () => {
  it('is good when every account that was started is connected', () => {
    expect(health()).toEqual({ ok: true, accounts: 0, connected: 0 });
    const [a, b] = [observe('a'), observe('b')];
    a.state('ready');
    b.state('recovering');
    expect(health()).toEqual({ ok: false, accounts: 2, connected: 1 });
    b.state('ready');
    expect(health()).toEqual({ ok: true, accounts: 2, connected: 2 });
    b.remove();
    expect(health()).toEqual({ ok: true, accounts: 1, connected: 1 });
  });
});

describe('the metrics', () => {
  it('count connections, events and replies of each account', async () => {
    const observer = observe('counted');
    for (const state of ['starting', 'ready', 'ready', 'recovering', 'ready'] as const) observer.state(state);
    observer.event();
    observer.reply();
    observer.reply();
    const { text } = await metrics();
    for (const line of [
      'websocket_channel_connected{account="counted"} 1',
      'websocket_channel_connections_total{account="counted"} 2',
      'websocket_channel_events_total{account="counted"} 1',
      'websocket_channel_replies_total{account="counted"} 2',
    ]) {
      expect(text).toContain(line);
    }
    observer.remove();
    expect((await metrics()).text).not.toContain('websocket_channel_connected{account="counted"}');
  });
});
