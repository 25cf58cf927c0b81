import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Gateway, startGateway } from '@websocket-channel/example-full-chain/gateway';
import { startProviderStandIn } from '@websocket-channel/example-full-chain/provider-stand-in';
import { pluginFolder } from '@websocket-channel/example-full-chain/repository';
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
    pluginSource: pluginFolder,
  });
  parts.defer(() => gateway.stop());
  await gateway.warmUp();
  const owned = parts.move();
  return {
    get pid() {
      return gateway.pid;
    },
    kill: () => gateway.kill(),
    async restart() {
      await gateway.restart();
      await untilConnected(gateway);
    },
    stop: () => owned.disposeAsync(),
  };
}

/** How long the channel may take to connect by itself, and in all, in milliseconds. */
const aloneMs = 15_000;
const patienceMs = 60_000;

/** After several crashes within minutes OpenClaw leaves its channels to the operator, who starts them by hand. */
async function untilConnected(gateway: Gateway): Promise<void> {
  const startedAt = performance.now();
  for (let byHand = false; !(await gateway.connected().catch(() => false)); await pause(250)) {
    const waitedMs = performance.now() - startedAt;
    // The relay may be down too; the channel then connects by itself later.
    if (waitedMs > patienceMs) return;
    if (byHand || waitedMs < aloneMs) continue;
    byHand = true;
    await gateway.call('channels.start', { channel: 'websocket-channel' });
  }
}
