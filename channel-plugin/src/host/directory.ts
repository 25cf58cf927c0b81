import type { ChannelDirectoryAdapter } from 'openclaw/plugin-sdk/channel-contract';
import { preferredAccountId, resolveAccount } from '../accounts.ts';
import { channelId } from '../channel-id.ts';
import { type ConfigWithChannels, channelSection } from '../channel-section.ts';
import { type ConversationPlace, placeOfSession } from '../session-key.ts';
import { formatTarget, normalizeParticipant, parseTarget } from '../targets.ts';
import { getRuntime } from './runtime.ts';

type List = NonNullable<ChannelDirectoryAdapter['listPeers']>;
type ListParams = Parameters<List>[0];
type Entry = Awaited<ReturnType<List>>[number];

/** Whom the agent can write to: who is allowed to talk to it, and the conversations that it had. */
export const directory: ChannelDirectoryAdapter = {
  self: async ({ cfg, accountId }) => {
    const account = resolveAccount(channelSection(cfg), accountId);
    return { kind: 'user', id: account.accountId, ...(account.name !== undefined && { name: account.name }) };
  },
  async listPeers(params) {
    const { accountId, allowFrom, groupAllowFrom = [] } = accountOf(params);
    const paired = await readPaired(accountId);
    const allowed = [...allowFrom, ...groupAllowFrom, ...paired]
      .map(normalizeParticipant)
      .filter((entry) => entry !== '*' && entry !== '' && !/^accessgroup:/i.test(entry));
    const known = await places(params, accountId, 'direct');
    return select([...allowed, ...known], 'direct', params);
  },
  async listGroups(params) {
    const { accountId, defaultTo } = accountOf(params);
    const known = await places(params, accountId, 'group');
    const chosen = defaultTo === undefined ? [] : placesOf(defaultTo).filter(({ kind }) => kind === 'group');
    return select([...chosen.map(({ conversation }) => conversation), ...known], 'group', params);
  },
};

const accountOf = ({ cfg, accountId }: ListParams) => {
  const section = channelSection(cfg as ConfigWithChannels);
  return resolveAccount(section, accountId ?? preferredAccountId(section));
};

function placesOf(target: string): readonly ConversationPlace[] {
  try {
    return [parseTarget(target)];
  } catch {
    return [];
  }
}

async function readPaired(accountId: string): Promise<readonly string[]> {
  const { readChannelAllowFromStore } = await import('openclaw/plugin-sdk/channel-pairing');
  return readChannelAllowFromStore(channelId, process.env, accountId);
}

/** The conversations in which an agent of this Gateway has talked by this account. */
async function places(
  { cfg }: ListParams,
  accountId: string,
  kind: ConversationPlace['kind'],
): Promise<readonly string[]> {
  // Loaded when it is needed: it brings most of OpenClaw with it.
  const { listAgentIds } = await import('openclaw/plugin-sdk/agent-scope-runtime');
  const { session } = getRuntime().agent;
  return listAgentIds(cfg)
    .flatMap((agentId) => session.listSessionEntries({ agentId }))
    .flatMap(({ sessionKey }) => placeOfSession(sessionKey, accountId) ?? [])
    .filter((place) => place.kind === kind)
    .map(({ conversation }) => conversation);
}

function select(
  conversations: readonly string[],
  kind: ConversationPlace['kind'],
  { query, limit }: ListParams,
): Entry[] {
  const wanted = query?.trim().toLowerCase() ?? '';
  return [...new Set(conversations)]
    .filter((conversation) => conversation.toLowerCase().includes(wanted))
    .sort()
    .slice(0, limit ?? undefined)
    .map((conversation) => ({
      kind: kind === 'direct' ? 'user' : 'group',
      id: formatTarget({ kind, conversation }),
      name: conversation,
    }));
}
