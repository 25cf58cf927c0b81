import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Gateway,
  type GatewayOptions,
  startGateway,
} from '@websocket-channel/example-full-chain/gateway';
import { STAND_IN_CHOICE } from '@websocket-channel/example-full-chain/provider';
import {
  type ProviderStandIn,
  startProviderStandIn,
} from '@websocket-channel/example-full-chain/provider-stand-in';
import { packPlugin, pluginSource } from '@websocket-channel/example-full-chain/repository';
import { type Client, createClient } from '@websocket-channel/sdk-client';
import { createRelay, type ParticipantIdentity, type Relay } from '@websocket-channel/sdk-relay';

/** The plugin in a Gateway of its own, with a relay that knows several agents and takes each participant at its word. */
export interface PluginHost {
  readonly gateway: Gateway;
  readonly standIn: ProviderStandIn;
  readonly relay: Relay;
  readonly relayUrl: string;
  /** Where agents connect. */
  readonly agentUrl: string;
  /** A client of a participant who is who the identity says. */
  client(identity: ParticipantIdentity, conversation?: string): Promise<Client>;
  /** The status of each account, by its id. */
  accounts(probe?: boolean): Promise<Readonly<Record<string, AccountStatus>>>;
  /** Replaces the section of the channel. */
  configure(section: Readonly<Record<string, unknown>>): Promise<void>;
  stop(): Promise<void>;
}

/** What the Gateway says about an account. */
export interface AccountStatus {
  readonly accountId: string;
  readonly configured?: boolean;
  readonly running?: boolean;
  readonly connected?: boolean;
  readonly lifecycle?: string;
  readonly lastError?: string | null;
  readonly lastConnectedAt?: number | null;
  readonly lastInboundAt?: number | null;
  readonly lastStartAt?: number | null;
  readonly probe?: { readonly ok: boolean; readonly rttMs?: number };
  readonly findings?: readonly string[];
  readonly baseUrl?: string;
}

/** The tokens of the agents that the relay knows. */
export const agentTokens = { default: 'token-of-default', sales: 'token-of-sales', help: 'token-of-help' };

/** How the Gateway of a plugin host differs from the usual one. */
interface PluginHostOptions extends Pick<GatewayOptions, 'adjust'> {
  /** Variables of the Gateway's environment, which may depend on where agents connect. */
  readonly environment?: (agentUrl: string) => Readonly<Record<string, string>>;
  /** Whether the packed plugin is installed, rather than loaded from its folder. */
  readonly install?: boolean;
}

/** Starts it. The section may depend on where agents connect. */
export async function startPluginHost(
  section: (agentUrl: string) => Readonly<Record<string, unknown>>,
  { install = false, environment, ...options }: PluginHostOptions = {},
): Promise<PluginHost> {
  await using parts = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'plugin-host-'));
  parts.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const relay = createRelay({
    authenticate: ({ token }) =>
      token === undefined ? undefined : (JSON.parse(token) as ParticipantIdentity),
    agentTokens,
    drain: { reconnectAfterMs: 100 },
  });
  const { port } = await relay.listen({ port: 0 });
  parts.defer(() => relay.close());
  const relayUrl = `ws://127.0.0.1:${port}/`;
  const agentUrl = `ws://127.0.0.1:${port}/openclaw`;
  const standIn = await startProviderStandIn();
  parts.defer(() => standIn.close());
  const gateway = await startGateway({
    ...options,
    ...(environment !== undefined && { environment: environment(agentUrl) }),
    folder: join(folder, 'gateway'),
    provider: { ...STAND_IN_CHOICE, baseUrl: standIn.url, apiKey: 'stand-in' },
    channelConfig: section(agentUrl),
    pluginSource: install ? await packPlugin(join(folder, 'plugin')) : pluginSource,
  });
  parts.defer(() => gateway.stop());
  const clients = new Set<Client>();
  parts.defer(() => {
    for (const client of clients) client.close();
  });

  const owned = parts.move();
  return {
    gateway,
    standIn,
    relay,
    relayUrl,
    agentUrl,
    async client(identity, conversation) {
      const client = createClient({
        url: relayUrl,
        token: JSON.stringify(identity),
        backoff: { minMs: 10, maxMs: 200 },
        ...(conversation !== undefined && { conversation }),
      });
      clients.add(client);
      await client.connect();
      return client;
    },
    async accounts(probe = false) {
      const { channelAccounts } = (await gateway.call('channels.status', { probe, timeoutMs: 5000 })) as {
        channelAccounts: Readonly<Record<string, readonly AccountStatus[] | undefined>>;
      };
      const all = channelAccounts['websocket-channel'] ?? [];
      return Object.fromEntries(all.map((account) => [account.accountId, account]));
    },
    configure: (section) =>
      gateway.updateConfig((config) => ({ ...config, channels: { 'websocket-channel': section } })),
    stop: () => owned.disposeAsync(),
  };
}
