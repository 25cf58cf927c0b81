import { limits } from '@websocket-channel/protocol';
import manifest from '../openclaw.plugin.json' with { type: 'json' };
import { channelId } from './channel-id.ts';
import type { AccountConfig, ChannelConfig } from './config-schema.ts';

/** The account that the members outside `accounts` describe. */
export const defaultAccountId = 'default';

/** Something about the configuration that the operator should know. */
export interface Finding {
  /** The key, from the root of the configuration. */
  readonly key: string;
  readonly message: string;
  /** An `error` keeps the account from connecting. */
  readonly severity: 'error' | 'warning';
}

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
  readonly token?: string | undefined;
  readonly dmPolicy: NonNullable<AccountConfig['dmPolicy']>;
  readonly allowFrom: readonly string[];
  readonly groupPolicy: NonNullable<AccountConfig['groupPolicy']>;
  /** Absent: `allowFrom` counts. */
  readonly groupAllowFrom?: readonly string[] | undefined;
  readonly requireMention: boolean;
  readonly streaming: NonNullable<AccountConfig['streaming']>;
  readonly defaultTo?: string | undefined;
  /** Bytes of one file, either way. */
  readonly mediaMaxBytes: number;
  readonly findings: readonly Finding[];
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
export function accountIds(section: ChannelConfig | undefined): string[] {
  const named = Object.keys(section?.accounts ?? {}).map(normalize);
  const root = section?.relayUrl !== undefined || section?.config?.wsUrl !== undefined;
  const ids = root || named.length === 0 ? [defaultAccountId, ...named] : named;
  return [...new Set(ids)];
}

/** The account that is meant when none is named. */
export function preferredAccountId(section: ChannelConfig | undefined): string {
  const ids = accountIds(section);
  const chosen = normalize(section?.defaultAccount ?? defaultAccountId);
  return ids.includes(chosen) ? chosen : (ids[0] ?? defaultAccountId);
}

/** Fills in what an account leaves out: from the root of the section, then from the defaults. Never throws. */
export function resolveAccount(section: ChannelConfig | undefined, accountId?: string | null): Account {
  const id = accountId ? normalize(accountId) : preferredAccountId(section);
  const [key, own] = Object.entries(section?.accounts ?? {}).find(([name]) => normalize(name) === id) ?? [];
  const path = `channels.${channelId}${key === undefined ? '' : `.accounts.${key}`}`;
  const merged: AccountConfig = { ...section, ...own };
  const nested = section?.config;
  const findings: Finding[] = [];
  const find = (member: string, message: string, severity: Finding['severity'] = 'error'): undefined =>
    void findings.push({ key: `${path}.${member}`, message, severity });

  const earlier = merged.relayUrl === undefined && nested?.wsUrl !== undefined;
  for (const member of Object.keys(own ?? section ?? {})) {
    if (!knownMembers.has(member)) find(member, 'is not known and has no effect', 'warning');
  }
  const relayUrl = earlier
    ? usableUrl(nested.wsUrl, (message) => find('config.wsUrl', message))
    : usableUrl(merged.relayUrl, (message) => find('relayUrl', message));
  const token = usableToken(merged.token, (message) => find('token', message));
  const dmPolicy = merged.dmPolicy ?? 'pairing';
  const allowFrom = entries(merged.allowFrom);
  if (earlier && merged.dmPolicy === undefined) {
    find(
      'dmPolicy',
      'is not set, so that you approve each participant first (pairing). To let everybody in as the tutorial did, set dmPolicy to "open" and allowFrom to ["*"]',
      'warning',
    );
  }
  if (dmPolicy === 'open' && !allowFrom.includes('*')) {
    find('allowFrom', 'must hold "*" for dmPolicy "open" to let everybody in', 'warning');
  }
  if (token !== undefined && relayUrl !== undefined && exposesToken(relayUrl)) {
    find('relayUrl', 'sends the token unencrypted over the network; use wss://', 'warning');
  }
  return {
    accountId: id,
    configured: Boolean(merged.relayUrl ?? nested?.wsUrl),
    enabled: section?.enabled !== false && nested?.enabled !== false && own?.enabled !== false,
    name: merged.name?.trim().slice(0, limits.nameLength) || undefined,
    relayUrl,
    token,
    dmPolicy,
    allowFrom,
    groupPolicy: merged.groupPolicy ?? 'allowlist',
    groupAllowFrom: merged.groupAllowFrom && entries(merged.groupAllowFrom),
    requireMention: merged.requireMention ?? true,
    streaming: merged.streaming ?? 'token',
    defaultTo: merged.defaultTo,
    mediaMaxBytes: Math.round((merged.mediaMaxMb ?? 20) * 1024 * 1024),
    findings,
  };
}

const knownMembers: ReadonlySet<string> = new Set(
  Object.keys(manifest.channelConfigs[channelId].schema.properties),
);

/** OpenClaw compares account ids in lower case. */
const normalize = (accountId: string): string => accountId.trim().toLowerCase();

const entries = (list: AccountConfig['allowFrom']): string[] =>
  (list ?? []).map((entry) => String(entry).trim()).filter((entry) => entry !== '');

function usableUrl(value: unknown, find: (message: string) => undefined): string | undefined {
  if (value === undefined || value === '') return find('is missing: the agent address of your relay');
  const url = typeof value === 'string' ? URL.parse(value.trim()) : null;
  if (url === null || (url.protocol !== 'ws:' && url.protocol !== 'wss:')) {
    return find('must be a WebSocket address such as wss://relay.example.com/openclaw');
  }
  if (url.username !== '' || url.password !== '' || url.hash !== '') {
    return find('must hold neither a user name, a password nor a fragment');
  }
  return url.href;
}

function usableToken(value: unknown, find: (message: string) => undefined): string | undefined {
  if (value === undefined || value === '') return undefined;
  if (typeof value !== 'string') return find('refers to a secret that is not available');
  return value.length > limits.tokenLength ? find(`is longer than ${limits.tokenLength} characters`) : value;
}

function exposesToken(relayUrl: string): boolean {
  const { protocol, hostname } = new URL(relayUrl);
  return protocol === 'ws:' && !/^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}
