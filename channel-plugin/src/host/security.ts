import type { ChannelPlugin } from 'openclaw/plugin-sdk/channel-core';
import type { Account } from '../accounts.ts';
import { approvalWarning } from '../approval-warning.ts';
import { channelId } from '../channel-id.ts';
import { sessionKey } from '../session-key.ts';
import { normalizeParticipant, parseTarget } from '../targets.ts';

/** Who may talk to the agent, and what an audit should know about it. */
export const security: NonNullable<ChannelPlugin<Account>['security']> = {
  resolveDmPolicy: ({ account }) => ({
    policy: account.dmPolicy,
    allowFrom: [...account.allowFrom],
    policyPath: `channels.${channelId}.dmPolicy`,
    allowFromPath: `channels.${channelId}.`,
    approveHint: `openclaw pairing approve ${channelId} <code>`,
    normalizeEntry: normalizeParticipant,
  }),
  dmRouting: {
    resolveDmScope: () => 'per-account-channel-peer',
    resolveDmRoute: ({ account, principalId, route }) =>
      principalId === undefined
        ? { kind: 'isolated' }
        : { sessionKey: sessionKey(route.agentId, account.accountId, parseTarget(principalId)) },
  },
  collectWarnings({ account, cfg }) {
    const approvals = approvalWarning(cfg);
    return [
      ...account.findings
        .filter(({ severity }) => severity === 'warning')
        .map(({ key, message }) => ({
          checkId: key,
          severity: 'warn' as const,
          title: `WebSocket account ${account.accountId}: ${key}`,
          detail: `${key} ${message}.`,
        })),
      ...(approvals === undefined
        ? []
        : [
            {
              checkId: 'approvals.exec',
              severity: 'warn' as const,
              title: 'Approvals that nobody sees',
              detail: `${approvals}.`,
            },
          ]),
    ];
  },
};
