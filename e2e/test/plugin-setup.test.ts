import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openclawIn } from '@websocket-channel/example-full-chain/gateway';
import { pluginFolder } from '@websocket-channel/example-full-chain/repository';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { launchBrowser } from '../src/browser.ts';
import { type ChatPage, openChat } from '../src/chat-page.ts';
import { agentTokens, type PluginHost, startPluginHost } from '../src/plugin-host.ts';

let host: PluginHost;

const open = { dmPolicy: 'open', allowFrom: ['*'] };

beforeAll(async () => {
  // The configuration says neither where the relay is nor who the agent is: the environment does.
  host = await startPluginHost(() => open, {
    install: true,
    environment: (relayUrl) => ({
      WEBSOCKET_CHANNEL_RELAY_URL: relayUrl,
      WEBSOCKET_CHANNEL_TOKEN: agentTokens.default,
      RELAY_TOKEN_OF_SALES: agentTokens.sales,
    }),
  });
  await connected('default');
});

afterAll(() => host?.stop());

const connected = (account: string) =>
  vi.waitFor(async () => expect((await host.accounts())[account]?.connected).toBe(true), {
    timeout: 60_000,
    interval: 250,
  });
const status = async (account = 'default') => (await host.accounts())[account];
const readiness = async (path = 'readyz') => {
  const response = await fetch(`${host.gateway.url}/${path}`);
  return { code: response.status, body: await response.text() };
};
const config = async () => {
  const text = await readFile(`${host.gateway.stateDir}/openclaw.json`, 'utf8');
  return JSON.parse(text).channels['websocket-channel'];
};

const jsonOf = ({ stdout }: { readonly stdout: string }) => JSON.parse(stdout.slice(stdout.indexOf('{')));

/** What the guided set-up asks for. */
interface Step {
  readonly id: string;
  readonly type: string;
  readonly message?: string;
  readonly initialValue?: unknown;
  readonly options?: readonly { readonly value: unknown; readonly label: string }[];
}

/** Goes through the guided set-up; what no answer is given to gets the one proposed. @returns What it said and asked. */
async function guide(answers: readonly (readonly [RegExp, (step: Step) => unknown])[]): Promise<string[]> {
  interface Progress {
    readonly sessionId: string;
    readonly done: boolean;
    readonly step?: Step;
    readonly error?: string;
  }
  const asked: string[] = [];
  let progress = (await host.gateway.call('wizard.start', {
    flow: 'channels',
    channel: 'websocket-channel',
  })) as Progress;
  const { sessionId } = progress;
  for (let step = progress.step; !progress.done && step !== undefined; step = progress.step) {
    const { message = '', options } = step;
    asked.push(message);
    const answer = answers.find(([pattern]) => pattern.test(message))?.[1](step);
    const fallback = step.type === 'confirm' ? false : (step.initialValue ?? options?.[0]?.value ?? '');
    progress = (await host.gateway.call('wizard.next', {
      sessionId,
      answer: { stepId: step.id, value: answer ?? fallback },
    })) as Progress;
  }
  expect(progress).toMatchObject({ done: true });
  return asked;
}

// Each command takes seconds, most of which it waits.
describe.concurrent('the installed plugin', () => {
  it('needs no dependencies, and OpenClaw says nothing against it but whence it comes', async () => {
    const lines = host.gateway.installation.split('\n').filter((line) => line.trim() !== '');
    const usual = [
      /^WARNING - Installing plugin from local archive: /,
      /^This source is outside ClawHub review and trust metadata\./,
      /^Extracting \S+$/,
      /^Plugin manifest id "websocket-channel" differs from npm package name "@websocket-channel\/channel-plugin"; using manifest id/,
      /^Installing to \S+$/,
      /^Linked peerDependency "openclaw" -> \S+$/,
      /^Installed plugin: websocket-channel$/,
      /^Saved for the next Gateway start\.$/,
      // About OpenClaw's own database on a busy machine.
      /^\[sqlite\/transaction\] /,
    ];
    expect(lines).toContain('Installed plugin: websocket-channel');
    expect(lines.filter((line) => !usual.some((pattern) => pattern.test(line)))).toEqual([]);
  });

  it('is copied from a folder, and runs from where it is when it is linked', async ({ onTestFinished }) => {
    const root = await mkdtemp(join(tmpdir(), 'plugin-installs-'));
    onTestFinished(() => rm(root, { recursive: true, force: true, maxRetries: 5 }));
    const install = async (name: string, ...flags: string[]) => {
      const { cli, stateDir } = await openclawIn(join(root, name));
      const options = ['--force', '--accept-capabilities', ...flags];
      const { code, stderr } = await cli('plugins', 'install', pluginFolder, ...options);
      expect(code, stderr).toBe(0);
      return stateDir;
    };
    const [copied, linked] = await Promise.all([install('copied'), install('linked', '--link')]);
    const copy = join(copied, 'extensions/websocket-channel/openclaw.plugin.json');
    expect(JSON.parse(await readFile(copy, 'utf8')).id).toBe('websocket-channel');
    // All other tests load it like this.
    const { plugins } = JSON.parse(await readFile(join(linked, 'openclaw.json'), 'utf8'));
    expect(plugins.load.paths).toEqual([pluginFolder]);
  });

  it('holds no code that the audit of installed plugins minds', async () => {
    const { findings } = jsonOf(await host.gateway.cli('security', 'audit', '--deep', '--json'));
    const ids = findings.map(({ checkId }: { readonly checkId: string }) => checkId);
    expect(ids).toContain('summary.attack_surface');
    expect(ids.filter((id: string) => id.includes('code_safety'))).toEqual([]);
  });

  it('does not worry the doctor', async () => {
    const doctor = await host.gateway.cli('plugins', 'doctor');
    expect(doctor.code).toBe(0);
    expect(doctor.stdout).not.toMatch(/websocket-channel.*(error|warn|fail)/i);
  });

  it('tells on the command line that it is connected, and how long the relay took to answer', async () => {
    const status = await host.gateway.cli('channels', 'status', '--probe', '--json');
    const { channelAccounts } = jsonOf(status);
    expect(channelAccounts['websocket-channel']).toMatchObject([
      { accountId: 'default', connected: true, probe: { ok: true, rttMs: expect.any(Number) } },
    ]);
  });
});

describe('the environment', () => {
  it('names the relay and the agent’s token, of which the configuration says nothing', async () => {
    const section = await config();
    expect(section.relayUrl ?? section.token).toBeUndefined();
    expect(await status()).toMatchObject({ connected: true, lifecycle: 'ready' });
    const client = await host.client({ source: 'ann' });
    expect(await client.send('SAY:found by the environment:END').ended).toMatchObject({
      text: 'found by the environment',
    });
  });
});

describe('the status', () => {
  it('is also a health route for anybody and metrics for operators', async () => {
    const health = await readiness('websocket-channel/health');
    expect(health).toEqual({ code: 200, body: '{"ok":true,"accounts":1,"connected":1}' });
    expect((await readiness('websocket-channel/metrics')).code).toBe(401);
    const metrics = await fetch(`${host.gateway.url}/websocket-channel/metrics`, {
      headers: { authorization: `Bearer ${host.gateway.token}` },
    });
    expect(await metrics.text()).toContain('websocket_channel_connected{account="default"} 1');
  });
});

describe('accounts', () => {
  it('are added on the command line, and inherit the rest', async () => {
    const { code, stdout, stderr } = await host.gateway.cli(
      ...['channels', 'add', '--channel', 'websocket-channel', '--account', 'sales'],
      ...['--relay-url', host.agentUrl, '--token', 'not-the-token-of-sales'],
    );
    expect({ code, said: code === 0 ? '' : stdout + stderr }).toEqual({ code: 0, said: '' });
    expect((await config()).accounts.sales).toMatchObject({ relayUrl: host.agentUrl, enabled: true });
    await expect.poll(async () => (await status('sales'))?.lifecycle, { interval: 250 }).toBe('blocked');
    expect((await status('sales'))?.lastError).toMatch(/4401/);
    expect((await status())?.connected).toBe(true);
  });

  it('take a token from a reference to a secret; a change touches no other account', async () => {
    const before = await status();
    await host.gateway.updateConfig((all) => {
      const section = (all.channels as Record<string, { accounts: { sales: object } }>)['websocket-channel'];
      const token = { source: 'env', provider: 'default', id: 'RELAY_TOKEN_OF_SALES' };
      const accounts = { ...section?.accounts, sales: { ...section?.accounts.sales, token } };
      return { ...all, channels: { 'websocket-channel': { ...section, accounts } } };
    });
    await connected('sales');
    expect(JSON.stringify(await config())).not.toContain(agentTokens.sales);
    expect(await status()).toMatchObject({
      connected: true,
      lastConnectedAt: before?.lastConnectedAt,
      lastStartAt: before?.lastStartAt,
    });
  });

  it('each answer the participants of their own', async () => {
    const clients = [
      await host.client({ source: 'ann' }),
      await host.client({ source: 'sam', agent: 'sales' }),
    ];
    for (const client of clients) {
      expect(await client.send('SAY:at your service:END').ended).toMatchObject({
        outcome: 'completed',
        text: 'at your service',
      });
    }
  });

  it('are removed on the command line', async () => {
    const { code } = await host.gateway.cli(
      ...['channels', 'remove', '--channel', 'websocket-channel', '--account', 'sales', '--delete'],
    );
    expect(code).toBe(0);
    expect((await config()).accounts?.sales).toBeUndefined();
    await expect.poll(async () => Object.keys(await host.accounts())).toEqual(['default']);
    await connected('default');
  });
});

describe('a relay in the Gateway itself', () => {
  let browser: Browser;
  let chat: ChatPage;
  let url: string;
  const other = createServer((_request, response) => response.end('another program'));

  beforeAll(async () => {
    other.listen(0, '127.0.0.1');
    [browser] = await Promise.all([launchBrowser(), once(other, 'listening')]);
  });

  afterAll(async () => {
    await browser?.close();
    other.close();
    other.closeAllConnections();
  });

  const portOf = (server: Server) => (server.address() as AddressInfo).port;

  /** Changes the account `local`, and no other. */
  const local = (members: object) =>
    host.gateway.updateConfig((all) => {
      const section = (all.channels as Record<string, { accounts?: object }>)['websocket-channel'];
      const accounts = { ...section?.accounts, local: members };
      return { ...all, channels: { 'websocket-channel': { ...section, accounts } } };
    });

  const instruction = () =>
    chat.page
      .locator('[data-testid="message"]')
      .filter({ hasText: /pairing approve websocket-channel \S+/ })
      .last();

  const reach = (page: Page, address: string): Promise<string> =>
    page.evaluate(
      (to) =>
        new Promise<string>((resolve) => {
          const socket = new WebSocket(to, 'websocket-channel.v1');
          socket.addEventListener('open', () => resolve('open'));
          socket.addEventListener('error', () => resolve('refused'));
        }),
      address,
    );

  it('waits for its port while another program has it, and the Gateway goes on', async () => {
    const holder = createServer();
    holder.listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const port = portOf(holder);
    url = `http://127.0.0.1:${port}/`;
    try {
      await local({ mode: 'embedded', embedded: { port }, dmPolicy: 'pairing', allowFrom: [] });
      await expect
        .poll(async () => (await status('local'))?.lastError ?? '', { interval: 250 })
        .toBe(
          `channels.websocket-channel.accounts.local.embedded.port ${port} is in use by another program; choose another one`,
        );
      await expect.poll(async () => (await readiness()).code).toBe(200);
    } finally {
      holder.close();
      holder.closeAllConnections();
    }
    await connected('local');
    expect(await status('local')).toMatchObject({ baseUrl: url, lastError: null });
    expect((await status())?.connected).toBe(true);
  });

  it('has a page, on which a stranger is told how to be approved', async () => {
    const context = await browser.newContext({ locale: 'en-US' });
    chat = await openChat(await context.newPage(), url);
    await chat.untilOnline();
    await chat.send('SAY:not yet:END');
    await instruction().waitFor();
  });

  it('answers there, and keeps what was said over a change of the account and a reload of the page', async () => {
    const before = await status('local');
    await local({ mode: 'embedded', embedded: { port: Number(new URL(url).port) } });
    await expect
      .poll(async () => (await status('local'))?.lastStartAt ?? 0, { interval: 250 })
      .toBeGreaterThan(before?.lastStartAt ?? 0);
    await connected('local');
    await chat.untilOnline();
    await chat.send('SAY:here and now:END');
    await chat.lastReply('here and now');
    await chat.page.reload();
    await chat.untilOnline();
    await chat.lastReply('here and now');
    await instruction().waitFor();
  });

  it('has the page keep what was written while it was away, for the next tab to send', async () => {
    const port = Number(new URL(url).port);
    await local({ enabled: false, mode: 'embedded', embedded: { port } });
    await chat.page.locator('[data-testid="status-connection"]:not([data-state="online"])').waitFor();
    await chat.send('SAY:kept for later:END');
    await chat.page.locator('[data-testid="notice"][data-forgetful="false"]').waitFor();
    const context = chat.page.context();
    await chat.page.close();
    await local({ mode: 'embedded', embedded: { port } });
    await connected('local');
    chat = await openChat(await context.newPage(), url);
    await chat.lastReply('kept for later');
    const written = chat.page.locator('[data-testid="message"][data-role="participant"]');
    expect(await written.filter({ hasText: 'kept for later' }).count()).toBe(1);
  });

  it('lets in no page but its own', async () => {
    const relay = `${url.replace('http', 'ws')}relay`;
    expect(await reach(chat.page, relay)).toBe('open');
    const foreign = await chat.page.context().newPage();
    await foreign.goto(`http://127.0.0.1:${portOf(other)}/`);
    expect(await reach(foreign, relay)).toBe('refused');
    await foreign.goto(`http://localhost:${portOf(other)}/`);
    expect(await reach(foreign, relay)).toBe('refused');
    await foreign.close();
  });

  it('is chosen in the guided set-up, which asks for no address', async () => {
    const port = Number(new URL(url).port);
    await local({ enabled: false, mode: 'relay', embedded: { port } });
    await expect.poll(async () => (await status('local'))?.running, { interval: 250 }).toBe(false);
    const asked = await guide([
      [/WebSocket account/i, () => 'local'],
      [/where is the relay/i, () => 'embedded'],
    ]);
    expect(asked).not.toContain('Agent address of the relay');
    expect(asked.join('\n')).toContain(url);
    await connected('local');
    expect((await fetch(url)).status).toBe(200);
  });

  it('ends when the account gets a relay elsewhere, and no other account notices', async () => {
    const before = await status();
    await local({ relayUrl: host.agentUrl, token: agentTokens.help });
    await expect.poll(async () => (await status('local'))?.baseUrl, { interval: 250 }).toBe(host.agentUrl);
    await connected('local');
    await expect(fetch(url)).rejects.toThrow();
    expect(await status()).toMatchObject({ connected: true, lastStartAt: before?.lastStartAt });
    await local({ enabled: false });
    await expect.poll(async () => (await status('local'))?.running, { interval: 250 }).toBe(false);
  });
});

describe('the guided set-up', () => {
  it('asks for the address and the token, and the agent connects', async () => {
    const asked = await guide([
      [/agent address of the relay/i, () => host.agentUrl],
      [/token that the relay gave/i, () => agentTokens.help],
      [
        /WebSocket account/i,
        ({ options = [] }) => options.find(({ label }) => /new|add/i.test(label))?.value ?? 'help',
      ],
    ]);
    expect(asked).toContain('Agent address of the relay');
  });
});

describe('a wrong configuration', () => {
  it.each([
    [
      'an address that is a number',
      { relayUrl: 5 },
      'channels.websocket-channel.relayUrl must be a WebSocket address',
    ],
    [
      'an address that is an object',
      { relayUrl: { nested: true } },
      'channels.websocket-channel.relayUrl must be a WebSocket address',
    ],
    ['a token without end', { token: 'x'.repeat(9000) }, 'channels.websocket-channel.token is longer than'],
    [
      'a switch that is neither on nor off',
      { enabled: 'no' },
      'channels.websocket-channel.enabled must be true or false',
    ],
  ])('%s is told by its key, and the Gateway goes on and is ready', async (_, wrong, reason) => {
    await host.configure({ relayUrl: host.agentUrl, token: agentTokens.default, ...open, ...wrong });
    await expect.poll(async () => (await status())?.lastError ?? '', { interval: 250 }).toContain(reason);
    await expect.poll(async () => (await readiness()).code).toBe(200);
  });

  it('of a lesser member is a finding, and the agent connects', async () => {
    await host.configure({
      relayUrl: host.agentUrl,
      token: agentTokens.default,
      ...open,
      streaming: 7,
      frobnicate: 1,
    });
    await connected('default');
    await expect
      .poll(async () => (await status())?.findings)
      .toEqual([
        'channels.websocket-channel.frobnicate is not known and has no effect',
        'channels.websocket-channel.streaming must be "token", "block" or "none"; its default counts until then',
      ]);
  });
});

describe('the doctor', () => {
  let repaired: Readonly<Record<string, unknown>>;

  it('turns the tutorial’s configuration into the flat form', async () => {
    // It repairs nothing while a Gateway runs.
    await host.gateway.stop();
    await host.configure({
      enabled: true,
      config: { enabled: true, wsUrl: host.agentUrl },
      token: agentTokens.default,
      ...open,
    });
    const { stdout, stderr } = await host.gateway.cli('doctor', '--fix', '--non-interactive');
    expect(stdout + stderr).toContain('channels.websocket-channel.config.wsUrl');
    repaired = await config();
    expect(repaired).toMatchObject({ relayUrl: host.agentUrl, dmPolicy: 'open' });
    expect(repaired).not.toHaveProperty('config');
  });

  it('tells of each wrong member, none of which keeps the Gateway from starting', async () => {
    await host.configure({ relayUrl: 5, dmPolicy: 'opne', allowFrom: 'alice', accounts: [] });
    await host.gateway.restart();
    await expect
      .poll(async () => (await status())?.lastError ?? '', { interval: 250 })
      .toContain('channels.websocket-channel.relayUrl');
    await expect.poll(async () => (await readiness()).code).toBe(200);
    const { stdout } = await host.gateway.cli('doctor', '--non-interactive');
    for (const member of ['relayUrl', 'dmPolicy', 'allowFrom', 'accounts']) {
      expect(stdout.replace(/[\s│]+/g, ' ')).toContain(`channels.websocket-channel.${member} must be`);
    }
  });

  it('leaves a configuration with which the agent connects', async () => {
    await host.configure(repaired);
    await connected('default');
  });
});
