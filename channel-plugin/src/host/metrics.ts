import { Counter, Gauge, Registry } from 'prom-client';
import type { ConnectionStatus } from '../status.ts';

/** What is told about one account while it runs. */
export interface AccountObserver {
  state(lifecycle: ConnectionStatus['lifecycle']): void;
  event(): void;
  reply(): void;
  /** The account was stopped. */
  remove(): void;
}

/** How many of the accounts that were started are connected. */
export interface Health {
  readonly ok: boolean;
  readonly accounts: number;
  readonly connected: number;
}

const lifecycles = new Map<string, ConnectionStatus['lifecycle']>();
const registry = new Registry();
const labelNames = ['account'] as const;
const registers = [registry];

const connected = new Gauge({
  name: 'websocket_channel_connected',
  help: 'Whether the account is connected to its relay.',
  labelNames,
  registers,
});
const connections = new Counter({
  name: 'websocket_channel_connections_total',
  help: 'Times that the account got connected.',
  labelNames,
  registers,
});
const events = new Counter({
  name: 'websocket_channel_events_total',
  help: 'Events of participants that arrived.',
  labelNames,
  registers,
});
const replies = new Counter({
  name: 'websocket_channel_replies_total',
  help: 'Replies and ends of turns that the agent produced.',
  labelNames,
  registers,
});

/** Begins to watch an account. */
export function observeAccount(account: string): AccountObserver {
  return {
    state(lifecycle) {
      if (lifecycle === 'ready' && lifecycles.get(account) !== 'ready') connections.inc({ account });
      lifecycles.set(account, lifecycle);
      connected.set({ account }, lifecycle === 'ready' ? 1 : 0);
    },
    event: () => events.inc({ account }),
    reply: () => replies.inc({ account }),
    remove() {
      lifecycles.delete(account);
      connected.remove({ account });
    },
  };
}

/** The health of all accounts together. One that is not started does not count. */
export function health(): Health {
  const all = [...lifecycles.values()];
  const ready = all.filter((lifecycle) => lifecycle === 'ready').length;
  return { ok: ready === all.length, accounts: all.length, connected: ready };
}

/** The metrics in Prometheus' text format. */
export const metrics = async (): Promise<{ readonly type: string; readonly text: string }> => ({
  type: registry.contentType,
  text: await registry.metrics(),
});
