import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Relay, type RelayOptions, startRelay } from '@websocket-channel/example-full-chain/relay';
import { type Device, type DeviceListener, startDevice } from './device.ts';
import { type FaultProxy, type ProxiedConnection, startFaultProxy } from './fault-proxy.ts';
import { startGatewayAgent } from './gateway-agent.ts';
import type { AgentProcess } from './killable.ts';
import { startProtocolAgent } from './protocol-agent.ts';
import type { Direction, Link } from './steps.ts';

/** Where the relay keeps its log. */
export type StoreName = 'memory' | 'sqlite';

/** Who answers: a process that speaks the protocol, or the plugin in a Gateway. */
export type AgentName = 'protocol' | 'gateway';

/** A part that breaks a promise, for a negative control. */
export type Defect = 'dedupe-off' | 'ack-before-append' | 'cursor-ignored';

/** A text message that passes a proxy. */
export interface Passing {
  readonly link: Link;
  /** Of a client's link: the device. */
  readonly device: Device | undefined;
  readonly connection: ProxiedConnection;
  readonly direction: Direction;
  readonly text: string;
}

/** What a chain is made of. */
export interface ChainOptions {
  readonly store: StoreName;
  readonly agent: AgentName;
  readonly sources: readonly string[];
  /** Names of the processes that hold one client of each participant. */
  readonly devices: readonly string[];
  readonly defect?: Defect | undefined;
  readonly listener: DeviceListener;
  /** Sees each text message before it goes on. */
  readonly watch: (passing: Passing) => void;
}

/** The chain under test: clients, proxies, relay, proxy, agent; each in a process of its own. */
export interface FaultChain {
  readonly relay: Relay;
  /** Of the relay's store, if it has a file. */
  readonly database: string | undefined;
  readonly agent: AgentProcess;
  readonly devices: readonly Device[];
  /** The open connections of a link. */
  connections(link: Link): readonly ProxiedConnection[];
  stop(): Promise<void>;
}

const agentToken = 'a token that only the agent knows';

/** Starts a chain. Its clients connect by and by. */
export async function startFaultChain(options: ChainOptions): Promise<FaultChain> {
  await using parts = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'websocket-channel-faults-'));
  parts.defer(() => rm(folder, { recursive: true, force: true }));
  const database = options.store === 'sqlite' ? join(folder, 'relay.db') : undefined;

  const relay = await startRelay({
    origins: [],
    agentToken,
    logFile: join(folder, 'relay.log'),
    ...(database !== undefined && relayWithDatabase(database, options.defect)),
  });
  parts.defer(() => relay.stop());

  const proxies: Record<Link, FaultProxy[]> = { client: [], agent: [] };
  const pathOf = async (link: Link, device: () => Device | undefined): Promise<string> => {
    const proxy = await startFaultProxy(relay.port, (connection, direction, text) =>
      options.watch({ link, device: device(), connection, direction, text }),
    );
    parts.defer(() => proxy.close());
    proxies[link].push(proxy);
    return `ws://127.0.0.1:${proxy.port}/`;
  };

  const devices: Device[] = [];
  for (const [index, name] of options.devices.entries()) {
    const url = await pathOf('client', () => devices[index]);
    const { sources, listener, defect } = options;
    const forgetful = defect === 'cursor-ignored';
    devices[index] = startDevice({ name, url, sources, folder, forgetful, listener });
    parts.defer(() => devices[index]!.kill());
  }

  const url = `${await pathOf('agent', () => undefined)}openclaw`;
  const startAgent = options.agent === 'gateway' ? startGatewayAgent : startProtocolAgent;
  const agent = await startAgent(url, agentToken, folder);
  parts.defer(() => agent.stop());

  const owned = parts.move();
  return {
    relay,
    database,
    agent,
    devices,
    connections: (link) => proxies[link].flatMap(({ connections }) => connections),
    stop: () => owned.disposeAsync(),
  };
}

function relayWithDatabase(
  file: string,
  defect: Defect | undefined,
): Pick<RelayOptions, 'store' | 'program'> {
  if (defect === undefined || defect === 'cursor-ignored') return { store: file };
  const program = fileURLToPath(new URL('relay-program.ts', import.meta.url));
  return { program: { file: process.execPath, args: [program, '--defect', defect, '--file', file] } };
}
