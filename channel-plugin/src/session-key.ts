import { channelId } from './channel-id.ts';

/** Who talks with the agent where. */
export interface ConversationPlace {
  /** `direct`: a conversation of one participant's own. `group`: one that several share. */
  readonly kind: 'direct' | 'group';
  readonly conversation: string;
  readonly thread?: string | undefined;
}

/** A conversation belongs to a participant when it is named like it, or lies below it. */
export const conversationKind = (conversation: string, source: string): ConversationPlace['kind'] =>
  conversation === source || conversation.startsWith(`${source}/`) ? 'direct' : 'group';

/**
 * The OpenClaw session of a conversation. Whatever `session.dmScope` says, no two conversations share one: with
 * OpenClaw's default (`main`) every participant would read the memory of all others.
 */
export function sessionKey(
  agentId: string,
  accountId: string,
  { kind, conversation, thread }: ConversationPlace,
): string {
  const peer = escapeId(conversation);
  // OpenClaw's group keys have no place for the account, so that it becomes part of the peer.
  const group = accountId === 'default' ? peer : `${accountId}:${peer}`;
  const place = kind === 'direct' ? `${accountId}:direct:${peer}` : `group:${group}`;
  const suffix = thread === undefined ? '' : `:thread:${escapeId(thread)}`;
  return `agent:${agentId}:${channelId}:${place}${suffix}`;
}

/**
 * Writes an id with lower-case letters only, reversibly: OpenClaw folds the case of session keys and cuts them at
 * colons, and `Alice` is not `alice`.
 */
export const escapeId = (id: string): string =>
  id.replace(/[^a-z0-9._/-]/g, (character) => `~${character.charCodeAt(0).toString(16).padStart(2, '0')}`);

/** Reads what {@link escapeId} wrote. */
export const unescapeId = (id: string): string =>
  id.replace(/~([0-9a-f]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));

/** The conversation of a session of this channel and account, without its thread; nothing of any other session. */
export function placeOfSession(key: string, accountId: string): ConversationPlace | undefined {
  const [, , channel, ...rest] = key.split(':');
  if (channel !== channelId) return undefined;
  const [first, second, third] = rest;
  if (first === accountId && second === 'direct' && third) {
    return { kind: 'direct', conversation: unescapeId(third) };
  }
  if (first !== 'group') return undefined;
  // With `:thread:…` there are two parts more.
  const isNamed = rest.length === 3 || rest.length === 5;
  const [account, peer] = isNamed ? [second, third] : ['default', second];
  return account === accountId && peer ? { kind: 'group', conversation: unescapeId(peer) } : undefined;
}
