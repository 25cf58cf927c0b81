import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Chain, startChain } from '@websocket-channel/example-full-chain/chain';
import { freePort } from '@websocket-channel/example-full-chain/free-port';
import { startPageServer } from '@websocket-channel/example-full-chain/page-server';
import { startRelay } from '@websocket-channel/example-full-chain/relay';
import { pageFolder } from '@websocket-channel/example-full-chain/repository';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../src/browser.ts';
import { type ChatPage, openChat } from '../src/chat-page.ts';
import { runConformance } from '../src/conformance.ts';
import type { CuttingProxy } from '../src/cutting-proxy.ts';
import { expectLawfulness } from '../src/lawfulness.ts';
import { startLegacyRelay } from '../src/legacy-relay.ts';
import { startWatchingProxy } from '../src/watching-proxy.ts';

const pythonRelay = fileURLToPath(new URL('../../examples/python-relay/relay.py', import.meta.url));

const frozenClients = fileURLToPath(new URL('../../protocol/compat', import.meta.url));

expectLawfulness();

let chain: Chain;
let browser: Browser;
let chat: ChatPage;
let watched: CuttingProxy;

beforeAll(async () => {
  const relayPort = await freePort();
  watched = await startWatchingProxy(relayPort);
  const relayUrl = `ws://127.0.0.1:${watched.port}/openclaw`;
  const configureGateway = ({ channels, ...config }: Record<string, unknown>) => {
    const account = (channels as Record<string, object>)['websocket-channel'];
    return { ...config, channels: { 'websocket-channel': { ...account, relayUrl } } };
  };
  [chain, browser] = await Promise.all([startChain({ relayPort, configureGateway }), launchBrowser()]);
  await chain.gateway.warmUp();
  const context = await browser.newContext({ locale: 'zh-CN' });
  chat = await openChat(await context.newPage(), chain.urls.page);
});

afterAll(async () => {
  await browser?.close();
  await chain?.stop();
  await watched?.close();
});

interface AccountStatus {
  readonly running?: boolean;
  readonly connected?: boolean;
  readonly lastError?: string | null;
  readonly lastConnectedAt?: number | null;
  readonly lastInboundAt?: number | null;
}

const accounts = async (): Promise<readonly AccountStatus[]> => {
  const status = (await chain.gateway.call('channels.status')) as {
    channelAccounts: Record<string, readonly AccountStatus[]>;
  };
  return status.channelAccounts['websocket-channel'] ?? [];
};

describe('the full chain: browser, relay, plugin, Gateway, provider', () => {
  it('connects, and says on the page that the model is a stand-in', async () => {
    await chat.untilOnline();
    expect(await chat.page.getByTestId('model-badge').innerText()).toMatch(/离线|替身|stand-in/i);
  });

  it('streams the reply to a Chinese greeting and shows it whole', async () => {
    await chat.send('你好，请介绍一下自己 HOLD greeting');
    const streaming = chat.replies.and(chat.page.locator('[data-streaming="true"]'));
    await streaming.filter({ hasText: '你好' }).waitFor();
    const early = await streaming.last().innerText();
    chain.standIn!.proceed('greeting');
    const whole = await chat.lastReply('离线替身');
    expect(whole.length).toBeGreaterThan(early.length);
    expect(whole).toContain('插件');
    expect(await chat.replies.count()).toBe(1);
  });

  it('shows one of one accounts connected in the Gateway', async () => {
    const all = await accounts();
    expect(all).toHaveLength(1);
    expect(all[0]).toMatchObject({ running: true, connected: true });
    expect(all[0]!.lastError ?? null).toBeNull();
    expect(all[0]!.lastConnectedAt).toBeGreaterThan(0);
    expect(all[0]!.lastInboundAt).toBeGreaterThan(0);
  });

  it("shows 1/1 connected in the Gateway's Control UI", async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${chain.urls.gateway}/settings/agents/main/channels#token=${chain.gateway.token}`);
    const channel = page.getByText('websocket-channel · 1 configured · 1 enabled');
    await channel.waitFor({ timeout: 120_000 });
    await page.getByText('1/1 connected').first().waitFor();
    await context.close();
  });

  it('lists the plugin and its connected account on the command line', async () => {
    const [plugins, channels] = await Promise.all([
      chain.gateway.cli('plugins', 'list', '--json'),
      chain.gateway.cli('channels', 'status'),
    ]);
    expect(plugins.stdout).toContain('websocket-channel');
    expect(channels.stdout).toMatch(/websocket-channel|WebSocket/i);
    expect(channels.stdout).toMatch(/connected/);
    expect(channels.stdout).not.toMatch(/disconnected|not connected/);
  });

  it('stops a running reply, down to the request to the provider', async () => {
    await chat.send('COUNT 2000 DELAY 25');
    await chat.replies.filter({ hasText: '1 2 3 4 5 6' }).waitFor();
    await chat.stop();
    await chat.page.getByTestId('stop-button').waitFor({ state: 'detached' });
    const request = chain.standIn!.requests.findLast(({ question }) => question.includes('COUNT 2000'));
    await expect.poll(() => request?.aborted).toBe(true);
    expect(await chat.page.locator('[data-testid="message"]').last().innerText()).not.toContain('2000 ');
  });

  it('goes on after the relay was killed and started again', async () => {
    await chain.relay.kill();
    await chat.page.locator('[data-testid="status-connection"]:not([data-state="online"])').waitFor();
    await chain.relay.restart();
    await chat.untilOnline();
    await chat.send('SAY:after the relay came back:END');
    expect(await chat.lastReply('after the relay came back')).toContain('after the relay came back');
  });

  it('goes on after the Gateway was killed and started again, and delivers what was sent meanwhile', async () => {
    await chain.gateway.kill();
    await chat.page.locator('[data-testid="status-agent"][data-online="false"]').waitFor();
    await chat.send('SAY:sent while the Gateway was down:END');
    await chain.gateway.restart();
    expect(await chat.lastReply('sent while the Gateway was down')).toContain(
      'sent while the Gateway was down',
    );
    await chat.send('SAY:after the Gateway came back:END');
    expect(await chat.lastReply('after the Gateway came back')).toContain('after the Gateway came back');
  });

  it('keeps the conversation over a reload of the page', async () => {
    await chat.page.reload();
    await chat.untilOnline();
    expect(await chat.lastReply('after the Gateway came back')).toContain('after the Gateway came back');
  });

  it('keeps two people apart: neither on the page nor in the context of the model', async () => {
    const other = await openChat(
      await (await browser.newContext({ locale: 'en-US' })).newPage(),
      chain.urls.page,
    );
    await other.untilOnline();
    expect(await other.page.getByTestId('message').count()).toBe(0);
    await other.send('SAY:hello from the other one:END');
    await other.lastReply('hello from the other one');
    expect(await chat.page.getByText('hello from the other one').count()).toBe(0);
    const request = chain.standIn!.requests.findLast(({ question }) =>
      question.includes('hello from the other one'),
    );
    expect(request?.context).not.toContain('after the Gateway came back');
    await other.page.context().close();
  });

  it.each(readdirSync(frozenClients, { withFileTypes: true }).filter((entry) => entry.isDirectory()))(
    'answers the client as it was in version $name',
    async ({ name }) => {
      const program = join(frozenClients, name, 'client.mjs');
      const client = spawn(process.execPath, [program, chain.urls.relay], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const exited = once(client, 'exit');
      try {
        const steps: string[] = [];
        for await (const line of createInterface({ input: client.stdout })) {
          const { step } = JSON.parse(line) as { step: string };
          steps.push(step);
          if (step === 'answered') break;
        }
        expect(steps).toContain('chunk');
        expect(steps.at(-1)).toBe('answered');
      } finally {
        client.kill();
        await exited;
      }
    },
  );

  it("speaks the tutorial's wire with a relay that knows no other", async () => {
    const legacy = await startLegacyRelay();
    try {
      await chain.gateway.updateConfig((config) => ({
        ...config,
        channels: {
          'websocket-channel': {
            enabled: true,
            config: { enabled: true, wsUrl: legacy.url },
            dmPolicy: 'open',
            allowFrom: ['*'],
          },
        },
      }));
      await legacy.connected();
      legacy.say('tutorial-user', 'SAY:an answer on the old wire:END');
      const reply = await legacy.reply(({ content }) => content === 'an answer on the old wire');
      expect(reply).toEqual({ type: 'reply', content: 'an answer on the old wire', kind: 'final' });
    } finally {
      await legacy.close();
    }
  });

  it('runs the same page and plugin against a relay in Python', async () => {
    const agentToken = 'a-token-for-the-python-relay';
    const pagePort = await freePort();
    const origin = `http://127.0.0.1:${pagePort}`;
    await using parts = new AsyncDisposableStack();
    const relay = await startRelay({
      program: { file: process.env.PYTHON_PATH ?? '/usr/bin/python3', args: [pythonRelay] },
      origins: [origin],
      agentToken,
      logFile: join(chain.folder, 'python-relay.log'),
    });
    parts.defer(() => relay.stop());
    const page = await startPageServer({
      folder: pageFolder,
      port: pagePort,
      config: { relayUrl: relay.url, history: false, model: { label: chain.provider.label, standIn: true } },
    });
    parts.defer(() => page.close());
    await chain.gateway.updateConfig((config) => ({
      ...config,
      channels: {
        'websocket-channel': {
          enabled: true,
          relayUrl: relay.agentUrl,
          token: agentToken,
          dmPolicy: 'open',
          allowFrom: ['*'],
        },
      },
    }));

    const context = await browser.newContext({ locale: 'en-US' });
    parts.defer(() => context.close());
    const visitor = await openChat(await context.newPage(), page.url);
    await visitor.untilOnline();
    await visitor.send('SAY:an answer through Python:END');
    expect(await visitor.lastReply('an answer through Python')).toContain('an answer through Python');
    await visitor.send('COUNT 2000 DELAY 25');
    await visitor.replies.filter({ hasText: '1 2 3 4 5 6' }).waitFor();
    await visitor.stop();
    await visitor.page.getByTestId('stop-button').waitFor({ state: 'detached' });
    await visitor.page.reload();
    await visitor.untilOnline();
    expect(await visitor.lastReply('an answer through Python')).toContain('an answer through Python');
  });

  it('finds the plugin conforming, in every requirement that shows from outside', async () => {
    const port = await freePort();
    const run = runConformance([
      ...['agent', '--listen', String(port), '--profile', 'rich'],
      ...['--start-timeout', '120000', '--turn-timeout', '120000'],
      ...['--prompt', 'SAY:a short answer:END', '--slow-prompt', 'COUNT 200 DELAY 25'],
    ]);
    await chain.gateway.updateConfig((config) => ({
      ...config,
      channels: {
        'websocket-channel': {
          enabled: true,
          relayUrl: `ws://127.0.0.1:${port}/openclaw`,
          token: 'any',
          // The runner cuts the agent off again and again, and has to tell its waits from what else takes time.
          reconnectMaxSeconds: 1,
          dmPolicy: 'open',
          allowFrom: ['*'],
        },
      },
    }));
    const { exitCode, report } = await run;
    expect(report).toContain('The agent holds the profile rich');
    expect(exitCode).toBe(0);
  });
});
