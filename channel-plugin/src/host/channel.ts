import { limits } from '@websocket-channel/protocol';
import { buildJsonChannelConfigSchema } from 'openclaw/plugin-sdk/channel-config-schema';
import type { ChannelPlugin } from 'openclaw/plugin-sdk/channel-core';
import manifest from '../../openclaw.plugin.json' with { type: 'json' };
import {
  type Account,
  accountIds,
  firstError,
  isUsable,
  preferredAccountId,
  resolveAccount,
} from '../accounts.ts';
import { channelAlias, channelId } from '../channel-id.ts';
import { channelSection, withAccount, withoutAccount } from '../channel-section.ts';
import type { RelayProbe } from '../probe.ts';
import { sessionKey } from '../session-key.ts';
import { formatTarget, normalizeParticipant, parseTarget, targetPrefixes } from '../targets.ts';
import { createActions } from './actions.ts';
import { renderPresentation } from './answer.ts';
import { directory } from './directory.ts';
import { doctor } from './doctor.ts';
import { relayTrouble } from './embedded.ts';
import { agentOf, startAccount } from './gateway.ts';
import { createMessageAdapter } from './outbound.ts';
import { contract } from './secrets.ts';
import { security } from './security.ts';
import { setupContract } from './setup.ts';
import { setupWizard } from './setup-wizard.ts';
import { statusAdapter } from './status.ts';

const { label, description: blurb, schema, uiHints } = manifest.channelConfigs[channelId];

const normalizedTarget = (target: string): string | undefined => {
  try {
    return formatTarget(parseTarget(target));
  } catch {
    return undefined;
  }
};

const presentationCapabilities = {
  supported: true,
  buttons: true,
  selects: true,
  context: true,
  divider: true,
  tables: true,
  limits: {
    actions: { maxActions: limits.actions, maxLabelLength: limits.nameLength, supportsStyles: true },
  },
};

function typing(cfg: object, to: string, accountId: string | null | undefined, active: boolean): void {
  const agent = agentOf(accountId ?? preferredAccountId(channelSection(cfg)));
  agent?.typing(parseTarget(to).conversation, active);
}

const message = createMessageAdapter(agentOf);

/** The channel, as OpenClaw sees it. */
export const channel: ChannelPlugin<Account, RelayProbe> = {
  id: channelId,
  meta: {
    id: channelId,
    label,
    selectionLabel: 'WebSocket (your own app)',
    // OpenClaw puts its own site before it, and takes the name of a page that is not there where none is named.
    docsPath: '/channels',
    docsLabel: 'channels',
    blurb,
    aliases: [channelAlias],
    order: 90,
    markdownCapable: true,
  },
  capabilities: {
    chatTypes: ['direct', 'group', 'thread'],
    threads: true,
    media: true,
    reactions: true,
    edit: true,
    unsend: true,
    polls: true,
    reply: true,
    blockStreaming: true,
  },
  // A changed account alone is connected anew; each has an agent and records of its own.
  reload: { configPrefixes: [`channels.${channelId}`], accountScopedRestart: true },
  configSchema: buildJsonChannelConfigSchema(schema as Parameters<typeof buildJsonChannelConfigSchema>[0], {
    uiHints,
  }),
  config: {
    listAccountIds: (cfg) => accountIds(channelSection(cfg)),
    defaultAccountId: (cfg) => preferredAccountId(channelSection(cfg)),
    resolveAccount: (cfg, accountId) => resolveAccount(channelSection(cfg), accountId),
    inspectAccount(cfg, accountId) {
      // Some diagnostics read it as if it were the account: all of it, then, but for the token.
      const account = resolveAccount(channelSection(cfg), accountId);
      const { token, ...rest } = account;
      const trouble = relayTrouble(account.accountId);
      return {
        ...rest,
        // One that cannot connect would otherwise make the whole Gateway count as not ready.
        configured: isUsable(account) && trouble === undefined,
        stateReason: firstError(account) ?? trouble,
        tokenStatus: token === undefined ? 'missing' : 'available',
      };
    },
    isEnabled: ({ enabled }) => enabled,
    // One that is configured badly is started, so that its status and the log say what is wrong.
    isConfigured: ({ configured }) => configured,
    unconfiguredReason: (account) => firstError(account) ?? 'not configured',
    describeAccount: (account) => ({
      accountId: account.accountId,
      enabled: account.enabled,
      configured: account.configured,
      ...(account.name !== undefined && { name: account.name }),
      ...(account.relayUrl !== undefined && { baseUrl: account.embedded?.pageUrl ?? account.relayUrl }),
    }),
    setAccountEnabled: ({ cfg, accountId, enabled }) => withAccount(cfg, accountId, { enabled }),
    deleteAccount: ({ cfg, accountId }) => withoutAccount(cfg, accountId),
    resolveAllowFrom: ({ cfg, accountId }) => [...resolveAccount(channelSection(cfg), accountId).allowFrom],
    formatAllowFrom: ({ allowFrom }) => allowFrom.map((entry) => normalizeParticipant(String(entry))),
    resolveDefaultTo: ({ cfg, accountId }) => resolveAccount(channelSection(cfg), accountId).defaultTo,
  },
  setupContract,
  setupWizard,
  secrets: contract,
  pairing: { idLabel: 'participant', normalizeAllowEntry: normalizeParticipant },
  security,
  doctor,
  groups: {
    resolveRequireMention: ({ cfg, accountId }) =>
      resolveAccount(channelSection(cfg), accountId).requireMention,
  },
  status: statusAdapter,
  gateway: { startAccount },
  messaging: {
    targetPrefixes,
    directTargetStyle: 'user-prefixed',
    targetIdComparison: 'case-sensitive',
    normalizeTarget: normalizedTarget,
    inferTargetChatType: ({ to }) => (normalizedTarget(to)?.startsWith('group:') ? 'group' : 'direct'),
    targetResolver: {
      looksLikeId: (raw) => normalizedTarget(raw) !== undefined,
      hint: 'a participant or conversation, such as user:alice, alice/work or group:lobby',
    },
    resolveOutboundSessionRoute({ agentId, accountId, target, cfg, threadId }) {
      const place = parseTarget(target);
      const account = accountId ?? preferredAccountId(channelSection(cfg));
      const baseSessionKey = sessionKey(agentId, account, place);
      const to = formatTarget(place);
      return {
        sessionKey:
          threadId == null
            ? baseSessionKey
            : sessionKey(agentId, account, { ...place, thread: String(threadId) }),
        baseSessionKey,
        recipientSessionExact: true,
        peer: { kind: place.kind, id: place.conversation },
        chatType: place.kind,
        from: `${channelId}:${to}`,
        to,
        ...(threadId != null && { threadId }),
      };
    },
  },
  outbound: {
    // The connection lives in the Gateway, not in the command line.
    deliveryMode: 'gateway',
    presentationCapabilities,
    renderPresentation,
    // OpenClaw asks here whether presentations and polls can be carried at all.
    sendPayload: async ({ onDeliveryResult: _, ...context }) => ({
      channel: channelId,
      ...(await message.send.payload(context)),
    }),
    sendPoll: async (context) => message.send.poll(context),
    resolveTarget({ to, cfg, accountId }) {
      const target = to ?? resolveAccount(channelSection(cfg ?? {}), accountId).defaultTo;
      try {
        return { ok: true, to: formatTarget(parseTarget(target ?? '')) };
      } catch (error) {
        return { ok: false, error: error as Error };
      }
    },
  },
  message,
  directory,
  actions: createActions(agentOf),
  heartbeat: {
    sendTyping: ({ cfg, to, accountId }) => typing(cfg, to, accountId, true),
    clearTyping: ({ cfg, to, accountId }) => typing(cfg, to, accountId, false),
  },
};
