import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RawRelay, startRawRelay } from '../test/support/raw-relay.ts';

/** What a measurement uses of the example that starts a Gateway, which is built on this package and so cannot be imported by name. */
interface Harness {
  startGateway(options: object): Promise<Gateway>;
  startProviderStandIn(): Promise<StandIn>;
}

interface Gateway {
  readonly pid: number;
  stop(): Promise<void>;
}

interface StandIn {
  readonly url: string;
  readonly requests: readonly {
    readonly receivedAt: number;
    readonly firstTokenAt?: number;
    readonly doneAt?: number;
  }[];
  close(): Promise<void>;
}

/** A real Gateway with the built plugin; relay and stand-in for the LLM provider run in this process, so that all times are of one clock. */
export interface MeasuredGateway extends AsyncDisposable {
  readonly gateway: Gateway;
  readonly relay: RawRelay;
  readonly standIn: StandIn;
  /** A temporary folder of its own. */
  readonly folder: string;
}

const example = (file: string) =>
  import(new URL(`../../examples/full-chain/src/${file}`, import.meta.url).href);

/** Starts one. @param environment - Variables of the Gateway's environment, given its folder. */
export async function startMeasuredGateway(
  environment: (folder: string) => Readonly<Record<string, string>> = () => ({}),
): Promise<MeasuredGateway> {
  const harness: Harness = { ...(await example('gateway.ts')), ...(await example('provider-stand-in.ts')) };
  await using parts = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'measured-gateway-'));
  parts.defer(() => rm(folder, { recursive: true, force: true }));
  const standIn = await harness.startProviderStandIn();
  parts.defer(() => standIn.close());
  const relay = await startRawRelay();
  parts.defer(() => relay.close());
  const gateway = await harness.startGateway({
    folder: join(folder, 'gateway'),
    provider: { baseUrl: standIn.url, apiKey: 'none', model: 'stand-in', label: 'stand-in', standIn: true },
    channelConfig: { relayUrl: relay.url, dmPolicy: 'open', allowFrom: ['*'] },
    pluginSource: join(import.meta.dirname, '..'),
    environment: environment(folder),
    adjust: withAgentsAtOnce,
  });
  parts.defer(() => gateway.stop());
  const owned = parts.move();
  return { gateway, relay, standIn, folder, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** OpenClaw runs four turns at once by default. */
function withAgentsAtOnce(config: { agents: { defaults: object } }): object {
  const { agents } = config;
  return { ...config, agents: { ...agents, defaults: { ...agents.defaults, maxConcurrent: 100 } } };
}
