import type { ChannelStatusIssue } from 'openclaw/plugin-sdk/channel-contract';
import {
  buildProbeChannelStatusSummary,
  collectStatusIssuesFromLastError,
  createComputedAccountStatusAdapter,
  createDefaultChannelRuntimeState,
  standardDmPolicyOpenIssue,
} from 'openclaw/plugin-sdk/status-helpers';
import { type Account, defaultAccountId, firstError, isUsable } from '../accounts.ts';
import { channelId } from '../channel-id.ts';
import { probeRelay, type RelayProbe } from '../probe.ts';
import { agentOf } from './gateway.ts';

/** What `openclaw channels status` and the Control UI show. */
export const statusAdapter = createComputedAccountStatusAdapter<Account, RelayProbe>({
  defaultRuntime: createDefaultChannelRuntimeState(defaultAccountId, {
    connected: false,
    lastConnectedAt: null,
    lastDisconnect: null,
    lastInboundAt: null,
    lastOutboundAt: null,
    reconnectAttempts: 0,
  }),
  buildChannelSummary: ({ account, snapshot }) =>
    buildProbeChannelStatusSummary(snapshot, {
      connected: snapshot.connected ?? false,
      relayUrl: account.relayUrl ?? null,
      lastConnectedAt: snapshot.lastConnectedAt ?? null,
    }),
  probeAccount: ({ account, timeoutMs }) => probeRelay(account, timeoutMs, agentOf(account.accountId)),
  resolveAccountSnapshot: ({ account, runtime }) => ({
    accountId: account.accountId,
    ...(account.name !== undefined && { name: account.name }),
    enabled: account.enabled,
    configured: isUsable(account),
    extra: {
      findings: account.findings.map(({ key, message }) => `${key} ${message}`),
      ...(!isUsable(account) && { stateReason: firstError(account) }),
      ...(account.relayUrl !== undefined && { baseUrl: account.embedded?.pageUrl ?? account.relayUrl }),
      dmPolicy: account.dmPolicy,
      allowFrom: [...account.allowFrom],
      tokenStatus: account.token === undefined ? 'missing' : 'available',
      mode: account.embedded === undefined ? 'websocket' : 'embedded',
      recordsTrouble: troubleOf(runtime),
    },
  }),
  collectStatusIssues: (accounts) => [
    ...collectStatusIssuesFromLastError(
      channelId,
      accounts.filter((account) => !findingsOf(account).includes(account.lastError)),
    ),
    ...accounts.filter(({ enabled }) => enabled !== false).flatMap(findingIssues),
    ...accounts.flatMap((account) => {
      const trouble = troubleOf(account);
      return trouble === null
        ? []
        : [
            {
              channel: channelId,
              accountId: account.accountId,
              kind: 'runtime' as const,
              message: `What is under way is kept in memory alone, and lost if the Gateway crashes: ${trouble}`,
              fix: `Make room on the disk, and let the Gateway write to the folder ${channelId} of its state`,
            },
          ];
    }),
    ...accounts
      .filter(({ dmPolicy, enabled }) => enabled && dmPolicy === 'open')
      .map(({ accountId }) =>
        standardDmPolicyOpenIssue({
          channel: channelId,
          accountId,
          channelLabel: 'WebSocket',
          configPath: `channels.${channelId}`,
        }),
      ),
  ],
});

/** Why the records of an account cannot be written. */
function troubleOf(status: object | null | undefined): string | null {
  const { recordsTrouble } = (status ?? {}) as { readonly recordsTrouble?: unknown };
  return typeof recordsTrouble === 'string' ? recordsTrouble : null;
}

/** Findings about the configuration, which are issues by themselves, also while one is the last error. */
function findingsOf(snapshot: object): readonly unknown[] {
  const { findings } = snapshot as { readonly findings?: unknown };
  return Array.isArray(findings) ? findings : [];
}

function findingIssues(snapshot: { readonly accountId: string }): ChannelStatusIssue[] {
  return findingsOf(snapshot).map((message) => ({
    channel: channelId,
    accountId: snapshot.accountId,
    kind: 'config',
    message: String(message),
    fix: `openclaw config set ${String(message).split(' ', 1)[0]} …`,
  }));
}
