import { PlatformMessageNotDispatchedError } from 'openclaw/plugin-sdk/error-runtime';
import { describe, expect, it } from 'vitest';
import type { Account } from '../src/accounts.ts';
import type { Agent } from '../src/agent.ts';
import { channel } from '../src/host/channel.ts';
import { createMessageAdapter } from '../src/host/outbound.ts';
import { collectRuntimeConfigAssignments, secretTargetRegistryEntries } from '../src/secret-contract-api.ts';
import { connectAgent } from './support/connected-agent.ts';

const cfg = { channels: { 'websocket-channel': { relayUrl: 'wss://relay.example.com/' } } };

describe('the message adapter', () => {
  async function setUp() {
    const connected = await connectAgent();
    const adapter = createMessageAdapter((id): Agent | undefined =>
      id === 'default' ? connected.agent : undefined,
    );
    const send = async (more: object = {}) => {
      const result = await adapter.send.text({ cfg, to: 'user:alice', text: 'Hello', ...more });
      return { result, frame: await connected.connection.next() };
    };
    return { ...connected, adapter, send };
  }

  it('tells OpenClaw that sending begins only when it can', async () => {
    const { adapter, stop, connection } = await setUp();
    const steps: string[] = [];
    const context = {
      cfg,
      to: 'user:alice',
      text: 'Hello',
      deliveryQueueId: 'q0',
      onPlatformSendDispatch: async () => void steps.push('dispatch'),
      assertDirectAdapterHandoff: () => void steps.push('handoff'),
    };
    await adapter.send.text(context);
    expect(steps).toEqual(['dispatch', 'handoff']);
    await stop();
    await connection.closed;
    await expect(adapter.send.text(context)).rejects.toBeInstanceOf(PlatformMessageNotDispatchedError);
    await expect(adapter.send.text({ ...context, accountId: 'nobody' })).rejects.toBeInstanceOf(
      PlatformMessageNotDispatchedError,
    );
    expect(steps).toHaveLength(2);
  });

  it('sends each part of a queued message once, under an id of its own, however often it is told to', async () => {
    const { adapter, send } = await setUp();
    const part = { deliveryQueueId: 'q1', deliveryPartIndex: 1 };
    const first = await send(part);
    expect(first.result.messageId).toBe(first.frame.type === 'reply' && first.frame.id);
    const again = await adapter.send.text({ cfg, to: 'user:alice', text: 'Hello', ...part });
    expect(again.messageId).toBe(first.result.messageId);
    const second = await send({ ...part, deliveryPartIndex: 2 });
    expect(second.result.messageId).toBe(second.frame.type === 'reply' && second.frame.id);
    expect(second.result.messageId).not.toBe(first.result.messageId);
  });

  it('names files that it cannot carry, and links those that are public', async () => {
    const { adapter, connection } = await setUp();
    const media = { cfg, to: 'alice', text: 'Look:' };
    await adapter.send.media({ ...media, mediaUrl: '/state/media/cat.png' });
    expect(await connection.next()).toMatchObject({ content: 'Look:\n\n📎 cat.png' });
    await adapter.send.media({ ...media, text: '', mediaUrl: 'https://example.com/cat.png' });
    expect(await connection.next()).toMatchObject({ content: 'https://example.com/cat.png' });
  });
});

describe('the channel, as OpenClaw sees it', () => {
  it('resolves accounts and says why one is not configured', () => {
    expect(channel.config.listAccountIds(cfg)).toEqual(['default']);
    const account = channel.config.resolveAccount({ channels: {} });
    expect(channel.config.isConfigured?.(account, {})).toBe(false);
    const bad = channel.config.resolveAccount({
      channels: { 'websocket-channel': { relayUrl: 'nonsense' } },
    });
    expect(channel.config.isConfigured?.(bad, {})).toBe(true);
    expect(channel.config.unconfiguredReason?.(account, {})).toBe(
      'channels.websocket-channel.relayUrl is missing: the agent address of your relay',
    );
  });

  it('never shows the token', () => {
    const secret = { channels: { 'websocket-channel': { relayUrl: 'wss://x.example/', token: 'secret-1' } } };
    const account = channel.config.resolveAccount(secret);
    const shown = [
      channel.config.describeAccount?.(account, secret),
      channel.config.inspectAccount?.(secret),
      channel.status?.buildAccountSnapshot?.({ account, cfg: secret }),
    ];
    expect(JSON.stringify(shown)).toContain('available');
    expect(JSON.stringify(shown)).not.toContain('secret-1');
  });

  it('can be audited without a resolved account', () => {
    const inspected = channel.config.inspectAccount?.(cfg) as Account;
    expect(channel.security?.resolveDmPolicy?.({ cfg, account: inspected })).toMatchObject({
      policy: 'pairing',
      allowFrom: [],
      allowFromPath: 'channels.websocket-channel.',
    });
    expect(channel.security?.collectWarnings?.({ cfg, account: inspected })).toEqual([]);
  });

  it('resolves targets, and routes messages into the session of the conversation', async () => {
    expect(channel.outbound?.resolveTarget?.({ to: 'ws:Alice' })).toEqual({ ok: true, to: 'user:~41lice' });
    expect(channel.outbound?.resolveTarget?.({ to: 'two words' })).toMatchObject({ ok: false });
    expect(
      await channel.messaging?.resolveOutboundSessionRoute?.({
        cfg,
        agentId: 'main',
        target: 'user:~41lice',
      }),
    ).toMatchObject({
      sessionKey: 'agent:main:websocket-channel:default:direct:~41lice',
      recipientSessionExact: true,
      peer: { kind: 'direct', id: 'Alice' },
    });
  });

  it('tells security audits that no two participants share a session', () => {
    const account = channel.config.resolveAccount(cfg);
    expect(channel.security?.dmRouting?.resolveDmScope?.({ cfg, account, accountId: 'default' })).toBe(
      'per-account-channel-peer',
    );
  });

  it('sets accounts up from the command line', () => {
    const contract = channel.setupContract;
    const input = { relayUrl: 'wss://relay.example.com/openclaw', token: 't', allowFrom: ['alice'] };
    expect(contract?.validateInput?.({ cfg: {}, accountId: 'default', input })).toBeNull();
    expect(
      contract?.validateInput?.({ cfg: {}, accountId: 'default', input: { relayUrl: 'nope' } }),
    ).toContain('channels.websocket-channel.relayUrl must be a WebSocket address');
    expect(contract?.applyAccountConfig({ cfg: {}, accountId: 'default', input })).toEqual({
      channels: { 'websocket-channel': { ...input, enabled: true } },
    });
    expect(contract?.applyAccountConfig({ cfg, accountId: 'sales', input: { token: 's' } })).toEqual({
      channels: {
        'websocket-channel': {
          relayUrl: 'wss://relay.example.com/',
          accounts: { sales: { token: 's', enabled: true } },
        },
      },
    });
  });
});

describe('an account that cannot connect', () => {
  it('is started all the same, and says why in the log and the status', async () => {
    const account = channel.config.resolveAccount({
      channels: { 'websocket-channel': { relayUrl: 'nonsense' } },
    });
    const stop = new AbortController();
    const logged: string[] = [];
    let status: object = {};
    const note = (message: string): void => void logged.push(message);
    const running = channel.gateway?.startAccount?.({
      cfg: {},
      accountId: 'default',
      account,
      abortSignal: stop.signal,
      log: { info: note, warn: note, error: note },
      getStatus: () => ({ accountId: 'default' }),
      setStatus: (next: object) => {
        status = next;
      },
      runtime: { log: note, error: note, exit: () => {} },
    } as never);
    const reason =
      'channels.websocket-channel.relayUrl must be a WebSocket address such as wss://relay.example.com/openclaw';
    expect(status).toMatchObject({ lifecycle: 'blocked', connected: false, lastError: reason });
    expect(logged).toEqual([reason]);
    stop.abort();
    await running;
  });

  it.each([
    [{}, 'channels.websocket-channel.relayUrl is missing'],
    [{ relayUrl: 5 }, 'channels.websocket-channel.relayUrl must be a WebSocket address'],
    [
      { relayUrl: 'wss://relay.example.com', dmPolicy: 'opne' },
      'channels.websocket-channel.dmPolicy must be',
    ],
  ])('%j is an issue of the status', async (section, message) => {
    const cfg = { channels: { 'websocket-channel': section } } as never;
    const account = channel.config.resolveAccount(cfg);
    const snapshot = await channel.status?.buildAccountSnapshot?.({ account, cfg });
    const issues = channel.status?.collectStatusIssues?.([snapshot as never]);
    expect(issues).toEqual([expect.objectContaining({ message: expect.stringContaining(message) })]);
  });

  it('does not count as configured, so that the Gateway counts as ready', () => {
    const bad = { channels: { 'websocket-channel': { relayUrl: 'nonsense' } } };
    expect(channel.config.inspectAccount?.(bad)).toMatchObject({
      configured: false,
      stateReason: expect.stringContaining('channels.websocket-channel.relayUrl must be'),
    });
  });
});

describe('the secret contract', () => {
  it('covers the token of the channel and of each account', () => {
    const paths = secretTargetRegistryEntries.map(({ pathPattern }) => pathPattern);
    expect(paths).toEqual(
      expect.arrayContaining([
        'channels.websocket-channel.token',
        'channels.websocket-channel.accounts.*.token',
      ]),
    );
    expect(collectRuntimeConfigAssignments).toBeTypeOf('function');
  });
});

describe('the status', () => {
  const snapshot = { accountId: 'default', enabled: true, configured: true, dmPolicy: 'pairing' };
  const issues = (more: object) => channel.status?.collectStatusIssues?.([{ ...snapshot, ...more }]) ?? [];

  it('tells that what is under way cannot be written to disk', () => {
    expect(issues({ recordsTrouble: null })).toEqual([]);
    expect(issues({ recordsTrouble: 'database or disk is full' })).toMatchObject([
      {
        channel: 'websocket-channel',
        accountId: 'default',
        kind: 'runtime',
        message: expect.stringContaining('disk is full'),
      },
    ]);
  });
});
