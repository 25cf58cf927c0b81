import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import { type Gateway, startGateway } from './gateway.ts';
import type { GatewayConfig } from './gateway-config.ts';
import { type PageServer, startPageServer } from './page-server.ts';
import { type Progress, silentProgress } from './progress.ts';
import { type ModelProvider, type ProviderChoice, STAND_IN_CHOICE } from './provider.ts';
import { type ProviderStandIn, startProviderStandIn } from './provider-stand-in.ts';
import { type Relay, startRelay } from './relay.ts';
import { buildPage, isPageStale, packPlugin, pageFolder } from './repository.ts';
import { settingsOf } from './settings.ts';

/** What a chain is started with. */
export interface ChainOptions {
  /** Where logs, the relay's database and the Gateway's state live; a second start in the same folder is quicker. @default a temporary folder, removed by `stop` */
  readonly folder?: string;
  /** @default 0, any free port */
  readonly relayPort?: number;
  /** @default 0, any free port */
  readonly pagePort?: number;
  /** Changes the Gateway's configuration before it starts. */
  readonly configureGateway?: (config: GatewayConfig) => GatewayConfig;
  /** See {@link startGateway}. @default the packed plugin, which is installed */
  readonly pluginSource?: string;
  /** @default the offline stand-in */
  readonly provider?: ProviderChoice;
  /** @default silent */
  readonly progress?: Progress;
  /** Gives up starting when aborted, and ends what has been started. */
  readonly signal?: AbortSignal;
}

/** The running chain: page → relay → plugin in the Gateway → provider. */
export interface Chain {
  readonly page: PageServer;
  readonly relay: Relay;
  readonly gateway: Gateway;
  readonly provider: ModelProvider;
  /** The stand-in, where it is the provider. */
  readonly standIn: ProviderStandIn | undefined;
  readonly urls: { readonly page: string; readonly relay: string; readonly gateway: string };
  /** Where the logs are. */
  readonly folder: string;
  /** Ends every part and leaves no process. */
  stop(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 120_000;

/** Starts the whole chain and resolves when the agent is connected to the relay. */
export async function startChain(options: ChainOptions = {}): Promise<Chain> {
  const { progress = silentProgress, signal } = options;
  await using parts = new AsyncDisposableStack();

  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'websocket-channel-')));
  if (options.folder === undefined) parts.defer(() => rm(folder, { recursive: true, force: true }));

  if (await isPageStale()) await progress.step('Build the page', () => buildPage(signal));

  const settings = await settingsOf(folder);
  const choice = options.provider ?? STAND_IN_CHOICE;
  const standIn =
    'baseUrl' in choice ? undefined : await startProviderStandIn({ port: settings.standInPort });
  if (standIn) parts.defer(() => standIn.close());
  const provider =
    'baseUrl' in choice ? choice : { ...choice, baseUrl: standIn?.url ?? '', apiKey: 'stand-in' };

  const relayPort = await freePort(options.relayPort);
  const relayUrl = `ws://127.0.0.1:${relayPort}/`;
  const page = await startPageServer({
    folder: pageFolder,
    port: await freePort(options.pagePort),
    config: { relayUrl, model: { label: provider.label, standIn: provider.standIn } },
  });
  parts.defer(() => page.close());

  const relay = await progress.step('Start the relay', () =>
    startRelay({
      port: relayPort,
      origins: [page.url, `http://localhost:${page.port}`],
      agentToken: settings.agentToken,
      store: join(folder, 'relay.db'),
      logFile: join(folder, 'relay.log'),
      signal,
    }),
  );
  parts.defer(() => relay.stop());

  const pluginSource =
    options.pluginSource ??
    (await progress.step('Pack the channel plugin', () => packPlugin(join(folder, 'plugin'), signal)));
  const gateway = await startGateway({
    folder: join(folder, 'gateway'),
    port: settings.gatewayPort,
    token: settings.gatewayToken,
    provider,
    channelConfig: {
      enabled: true,
      relayUrl: relay.agentUrl,
      token: settings.agentToken,
      dmPolicy: 'open',
      allowFrom: ['*'],
    },
    pluginSource,
    ...(options.configureGateway !== undefined && { adjust: options.configureGateway }),
    progress,
    signal,
  });
  parts.defer(() => gateway.stop());
  await progress.step('Wait for the agent at the relay', () => untilConnected(gateway, signal));

  const owned = parts.move();
  return {
    page,
    relay,
    gateway,
    provider,
    standIn,
    urls: { page: page.url, relay: relay.url, gateway: gateway.url },
    folder,
    stop: () => owned.disposeAsync(),
  };
}

async function untilConnected(gateway: Gateway, signal: AbortSignal | undefined): Promise<void> {
  const deadline = performance.now() + CONNECT_TIMEOUT_MS;
  while (!(await gateway.connected().catch(() => false))) {
    if (performance.now() > deadline) {
      const status = JSON.stringify(await gateway.call('channels.status'));
      throw new Error(
        `The channel did not connect to the relay within ${CONNECT_TIMEOUT_MS / 1000} s: ${status}`,
      );
    }
    await pause(200, undefined, { signal });
  }
}
