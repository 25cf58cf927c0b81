import { join } from 'node:path';
import { startGateway } from '@websocket-channel/example-full-chain/gateway';
import { startProviderStandIn } from '@websocket-channel/example-full-chain/provider-stand-in';
import { packPlugin } from '@websocket-channel/example-full-chain/repository';
import type { AgentProcess } from './killable.ts';

/** Starts the channel plugin in an OpenClaw Gateway, with a stand-in for the LLM provider. */
export async function startGatewayAgent(url: string, token: string, folder: string): Promise<AgentProcess> {
  await using parts = new AsyncDisposableStack();
  const standIn = await startProviderStandIn();
  parts.defer(() => standIn.close());
  const gateway = await startGateway({
    folder: join(folder, 'gateway'),
    provider: {
      baseUrl: standIn.url,
      apiKey: 'stand-in',
      model: 'offline-stand-in',
      label: 'stand-in',
      standIn: true,
    },
    channelConfig: { enabled: true, relayUrl: url, token, dmPolicy: 'open', allowFrom: ['*'] },
    pluginSource: await packPlugin(join(folder, 'plugin')),
  });
  parts.defer(() => gateway.stop());
  await gateway.warmUp();
  const owned = parts.move();
  return {
    get pid() {
      return gateway.pid;
    },
    kill: () => gateway.kill(),
    restart: () => gateway.restart(),
    stop: () => owned.disposeAsync(),
  };
}
