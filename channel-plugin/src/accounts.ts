import { limits } from '@websocket-channel/protocol';
import { type Backoff, defaultBackoff } from '@websocket-channel/protocol/link';
import { channelId } from './channel-id.ts';
import { legalMembers } from './config-check.ts';
import type { AccountConfig, ChannelConfig } from './config-schema.ts';
import { contradictions } from './contradictions.ts';
import { agentUrl, type EmbeddedAddress, pageUrl } from './embedded/address.ts';
import { embeddedAddress, embeddedFindings, isEmbedded } from './embedded/embedded-account.ts';
import { environmentOf } from './environment.ts';
import { createFindings, type Finding } from './findings.ts';
import { usableToken, usableUrl } from './relay-address.ts';

/** The account that the members outside `accounts` describe. */
export const defaultAccountId = 'default';

/** One agent, with every default filled in. */
export interface Account {
  readonly accountId: string;
  readonly enabled: boolean;
  /** Whether the operator gave an address, be it a usable one. */
  readonly configured: boolean;
  /** Display name in apps. */
  readonly name?: string | undefined;
  /** Absent when it is missing or unusable, which a finding explains. */
  readonly relayUrl?: string | undefined;
  /** The relay that the Gateway itself hosts for this account, where it does. */
  readonly embedded?: EmbeddedRelayPlace | undefined;
  readonly token?: string | undefined;
  readonly dmPolicy: NonNullable<AccountConfig['dmPolicy']>;
  readonly allowFrom: readonly string[];
  readonly groupPolicy: NonNullable<AccountConfig['groupPolicy']>;
  /** Absent: `allowFrom` counts. */
  readonly groupAllowFrom?: readonly string[] | undefined;
  readonly requireMention: boolean;
  readonly streaming: NonNullable<AccountConfig['streaming']>;
  /** What is told of a turn while it goes on. */
  readonly progress: NonNullable<AccountConfig['progress']>;
  readonly defaultTo?: string | undefined;
  /** Bytes of one file, either way. */
  readonly mediaMaxBytes: number;
  /** How long to wait between attempts to connect. */
  readonly backoff: Backoff;
  readonly findings: readonly Finding[];
}

/** Where the relay is that the Gateway hosts for an account. */
export interface EmbeddedRelayPlace extends EmbeddedAddress {
  /** The chat page. */
  readonly pageUrl: string;
  /** The key of its configuration. */
  readonly key: string;
}

/** What keeps the account from connecting, as one line. */
export function firstError({ findings }: Account): string | undefined {
  const finding = findings.find(({ severity }) => severity === 'error');
  return finding && `${finding.key} ${finding.message}`;
}

/** Whether nothing keeps the account from connecting. */
export const isUsable = (account: Account): account is Account & { readonly relayUrl: string } =>
  account.relayUrl !== undefined && account.findings.every(({ severity }) => severity !== 'error');

/** The accounts that a section describes. */
export function accountIds(section: ChannelConfig | undefined, env = process.env): string[] {
  const named = Object.keys(accountsOf(section)).map(normalize);
  const root =
    section?.relayUrl != null ||
    section?.config?.wsUrl != null ||
    isEmbedded(section) ||
    environmentOf(env).relayUrl !== undefined;
  const ids = root || named.length === 0 ? [defaultAccountId, ...named] : named;
  return [...new Set(ids)];
}

/** The account that is meant when none is named. */
export function preferredAccountId(section: ChannelConfig | undefined, env = process.env): string {
  const ids = accountIds(section, env);
  const { defaultAccount } = section ?? {};
  const chosen = normalize(typeof defaultAccount === 'string' ? defaultAccount : defaultAccountId);
  return ids.includes(chosen) ? chosen : (ids[0] ?? defaultAccountId);
}

/**
 * Fills in what an account leaves out: from the root of the section, for the account `default` from the environment, then
 * from the defaults. Never throws, whatever the section holds.
 */
export function resolveAccount(
  section: ChannelConfig | undefined,
  accountId?: string | null,
  env = process.env,
): Account {
  const id = accountId ? normalize(accountId) : preferredAccountId(section, env);
  const parts = partsOf(section, id);
  const { key, own, merged, atRoot, inOwn } = parts;
  const ofEnvironment = id === defaultAccountId ? environmentOf(env) : {};
  const given = own?.relayUrl ?? section?.relayUrl ?? undefined;
  const nested = section?.config?.wsUrl ?? undefined;
  const embedded = embeddedOf(parts);
  const isNested = embedded === undefined && given === undefined && nested !== undefined;
  const address: unknown = given ?? nested ?? ofEnvironment.relayUrl;

  const addressFindings = isNested || own?.relayUrl == null ? atRoot : inOwn;
  const tokenFindings = own?.token == null ? atRoot : inOwn;
  const account = {
    accountId: id,
    configured: embedded !== undefined || (address !== undefined && address !== ''),
    enabled: isOn(parts),
    name: merged.name?.trim().slice(0, limits.nameLength) || undefined,
    ...(embedded !== undefined
      ? {
          relayUrl: agentUrl(embedded),
          embedded: { ...embedded, pageUrl: pageUrl(embedded), key: `${inOwn.path}.embedded` },
        }
      : {
          relayUrl: usableUrl(address, (message) =>
            (address === undefined ? inOwn : addressFindings).error(
              isNested ? 'config.wsUrl' : 'relayUrl',
              message,
            ),
          ),
          token: usableToken(merged.token ?? ofEnvironment.token, (message) =>
            tokenFindings.error('token', message),
          ),
        }),
    dmPolicy: merged.dmPolicy ?? 'pairing',
    allowFrom: entries(merged.allowFrom),
    groupPolicy: merged.groupPolicy ?? 'allowlist',
    groupAllowFrom: Object.hasOwn(merged, 'groupAllowFrom') ? entries(merged.groupAllowFrom) : undefined,
    requireMention: merged.requireMention ?? true,
    streaming: merged.streaming ?? 'token',
    progress: merged.progress ?? 'tools',
    defaultTo: merged.defaultTo,
    mediaMaxBytes: Math.round((merged.mediaMaxMb ?? 20) * 1024 * 1024),
    backoff: backoffOf(merged.reconnectMaxSeconds),
  };
  for (const { member, message } of contradictions(account, merged, isNested)) inOwn.warning(member, message);
  if (embedded !== undefined) {
    const beside = own?.mode == null ? (section ?? {}) : own;
    const everybody = account.dmPolicy === 'open' || account.allowFrom.includes('*');
    const rival = rivalOf(section, id, embedded.port, env);
    for (const { member, message, severity } of embeddedFindings(embedded, beside, { everybody, rival })) {
      inOwn[severity](member, message);
    }
  } else if (given !== undefined && nested !== undefined) {
    atRoot.warning('config.wsUrl', 'has no effect beside relayUrl; remove config');
  }
  return { ...account, findings: key === undefined ? atRoot.all : [...atRoot.all, ...inOwn.all] };
}

/** What the section says about an account, and where to tell what is wrong with it. */
function partsOf(section: ChannelConfig | undefined, id: string) {
  const [key, own] = Object.entries(accountsOf(section)).find(([name]) => normalize(name) === id) ?? [];
  const atRoot = createFindings(rootPath, (member) => !Object.hasOwn(own ?? {}, member));
  const inOwn = key === undefined ? atRoot : createFindings(`${rootPath}.accounts.${key}`);
  const root: ChannelConfig = legalMembers(section, 'channel', atRoot);
  const merged: AccountConfig = { ...root, ...(key !== undefined && legalMembers(own, 'account', inOwn)) };
  return { key, own, root, merged, atRoot, inOwn };
}

type Parts = ReturnType<typeof partsOf>;

const isOn = ({ root, merged }: Parts): boolean =>
  root.enabled !== false && root.config?.enabled !== false && merged.enabled !== false;

const embeddedOf = ({ root, own, merged, atRoot, inOwn }: Parts): EmbeddedAddress | undefined =>
  isEmbedded(root, own)
    ? embeddedAddress(merged, (message) =>
        (own?.embedded == null ? atRoot : inOwn).error('embedded.host', message),
      )
    : undefined;

/** The account before this one whose embedded relay has the port. */
function rivalOf(
  section: ChannelConfig | undefined,
  id: string,
  port: number,
  env: NodeJS.ProcessEnv,
): string | undefined {
  const ids = accountIds(section, env);
  return ids.slice(0, Math.max(0, ids.indexOf(id))).find((other) => {
    const parts = partsOf(section, other);
    return isOn(parts) && embeddedOf(parts)?.port === port;
  });
}

/** Every finding about a section, once. */
export function sectionFindings(section: ChannelConfig | undefined, env = process.env): readonly Finding[] {
  const all = accountIds(section, env).flatMap((id) => resolveAccount(section, id, env).findings);
  return [...new Map(all.map((finding) => [`${finding.key} ${finding.message}`, finding])).values()];
}

const rootPath = `channels.${channelId}`;

function accountsOf(section: ChannelConfig | undefined): Readonly<Record<string, AccountConfig>> {
  const accounts: unknown = section?.accounts;
  const isObject = typeof accounts === 'object' && accounts !== null && !Array.isArray(accounts);
  return isObject ? (accounts as Record<string, AccountConfig>) : {};
}

/** OpenClaw compares account ids in lower case. */
const normalize = (accountId: string): string => accountId.trim().toLowerCase();

const entries = (list: AccountConfig['allowFrom']): string[] =>
  (list ?? []).map((entry) => String(entry).trim()).filter((entry) => entry !== '');

function backoffOf(maxSeconds: number | undefined): Backoff {
  if (maxSeconds === undefined) return defaultBackoff;
  const maxMs = maxSeconds * 1000;
  return { minMs: Math.min(defaultBackoff.minMs, maxMs), maxMs };
}
