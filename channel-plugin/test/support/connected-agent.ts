import type { AgentToRelay, Event, Welcome } from '@websocket-channel/protocol';
import type { LinkState } from '@websocket-channel/protocol/link';
import { expect, onTestFinished } from 'vitest';
import { isUsable, resolveAccount } from '../../src/accounts.ts';
import { type Agent, createAgent } from '../../src/agent.ts';
import type { ChannelConfig } from '../../src/config-schema.ts';
import type { Records } from '../../src/records.ts';
import { createFakeHost, type FakeHost } from './fake-host.ts';
import { newRecords } from './new-records.ts';
import type { AgentConnection, RawRelay } from './raw-relay.ts';
import { startWatchedRelay } from './watched-relay.ts';

/** An agent that is connected to a relay of the test's, with a host of the test's. */
export interface ConnectedAgent {
  readonly agent: Agent;
  readonly host: FakeHost;
  readonly relay: RawRelay;
  readonly connection: AgentConnection;
  readonly states: readonly LinkState[];
  readonly logged: readonly string[];
  /** How many of the agent's frames were counted. */
  readonly outbound: number;
  /** What was told of the records. */
  readonly troubles: readonly (string | undefined)[];
  /** Ends the process, as SIGKILL does: nothing is said, nothing is tidied up. */
  crash(): void;
  /** Ends the agent's connection, as the Gateway does. */
  stop(): Promise<void>;
  /** Starts it again, with another configuration. */
  restart(config?: ChannelConfig): void;
  /** Delivers an event. */
  deliver(event: Partial<Event>): void;
  /** The frames up to the end of the turn that answers an event, without signals. */
  untilEnded(event: string): Promise<AgentToRelay[]>;
}

/** Connects an agent; everything ends with the test. */
export async function connectAgent({
  config = {},
  welcome,
  legacy = false,
  acknowledges = true,
  records = newRecords(),
  relay: earlier,
  host = createFakeHost(),
}: {
  config?: ChannelConfig;
  /** What an earlier process left. @default nothing */
  records?: Records;
  /** The relay of an earlier process. @default a new one */
  relay?: RawRelay;
  host?: FakeHost;
  welcome?: Partial<Welcome>;
  legacy?: boolean;
  /** Whether the relay acknowledges every durable frame by itself. */
  acknowledges?: boolean;
} = {}): Promise<ConnectedAgent> {
  const relay = earlier ?? (await startWatchedRelay({ legacy, acknowledges }));
  const states: LinkState[] = [];
  const logged: string[] = [];
  const troubles: (string | undefined)[] = [];
  let outbound = 0;
  const agent = createAgent('default', relay.url, {
    host,
    records,
    version: '0.0.0-test',
    backoff: { minMs: 1, maxMs: 20 },
    graceMs: 50,
    pollMs: 5,
  });
  const note = (message: string): void => void logged.push(message);
  let stop = async (): Promise<void> => {};
  const start = (change: ChannelConfig = {}): void => {
    const account = resolveAccount({ relayUrl: relay.url, token: 'tok-1', ...config, ...change });
    if (!isUsable(account)) throw new Error(account.findings[0]?.message);
    stop = agent.start({
      account,
      log: { info: note, warn: note, error: note },
      onState: (state) => states.push(state),
      onTrouble: (trouble) => troubles.push(trouble),
      onOutbound: () => {
        outbound += 1;
      },
    });
  };
  onTestFinished(async () => {
    agent.dispose();
    await relay.close();
  });
  start();
  let connection = await relay.connection();
  if (!legacy) await connection.greet(welcome);
  // The attempt that asked for the subprotocol in vain came first.
  else connection = await relay.connection();
  await expect.poll(() => agent.connected).toBe(true);

  return {
    agent,
    host,
    relay,
    connection,
    states,
    logged,
    troubles,
    get outbound() {
      return outbound;
    },
    crash: () => agent.dispose(),
    stop: () => stop(),
    restart: start,
    deliver: (event) =>
      connection.send({
        type: 'event',
        id: 'ev1',
        source: 'alice',
        conversation: 'alice',
        content: 'Hello',
        timestamp: 1790000000000,
        epoch: 'ep1',
        seq: 1,
        ...event,
      }),
    untilEnded: (event) => framesUntilEnded(connection, event),
  };
}

/** The frames that a connection brings up to the end of the turn that answers an event, without signals. */
export async function framesUntilEnded(connection: AgentConnection, event: string): Promise<AgentToRelay[]> {
  const frames: AgentToRelay[] = [];
  for (;;) {
    const frame = await connection.next(({ type }) => type !== 'signal');
    frames.push(frame);
    if (frame.type === 'turn' && frame.status === 'ended' && frame.events.includes(event)) return frames;
  }
}
