import { limits } from '@websocket-channel/protocol';
import { channelAlias, channelId } from './channel-id.ts';
import { ChannelError } from './errors.ts';
import { type ConversationPlace, escapeId, unescapeId } from './session-key.ts';

/** Words that may stand before the channel's own part of a target. */
export const targetPrefixes: readonly string[] = [channelId, channelAlias];

const channelPrefix = new RegExp(`^(?:${targetPrefixes.join('|')}):`, 'i');
const kindPrefix = /^(user|participant|direct|conversation|group|room):/i;
const legalConversation = new RegExp(`^[!-~]{1,${limits.conversationLength}}$`);

/** Writes a conversation as a target of OpenClaw's: `user:alice`, `group:lobby`. */
export const formatTarget = ({ kind, conversation }: ConversationPlace): string =>
  `${kind === 'direct' ? 'user' : 'group'}:${escapeId(conversation)}`;

/**
 * Reads a target: `alice`, `user:alice`, `alice/work`, `conversation:alice/work`, `group:lobby`, each also after `websocket-channel:` or `ws:`. A `~`
 * with two hexadecimal digits is a character, as {@link escapeId} writes it.
 *
 * @throws {ChannelError} `bad_target` when the target names no conversation.
 */
export function parseTarget(target: string): ConversationPlace {
  const name = target.trim().replace(channelPrefix, '');
  const kind = /^(?:group|room)$/i.test(kindPrefix.exec(name)?.[1] ?? '') ? 'group' : 'direct';
  const conversation = unescapeId(name.replace(kindPrefix, ''));
  if (!legalConversation.test(conversation)) {
    throw new ChannelError(
      'bad_target',
      `The target must name a participant or conversation: 1 to ${limits.conversationLength} printable ASCII characters without spaces`,
    );
  }
  return { kind, conversation };
}

/** Writes an entry of an allowlist as the relay names participants. */
export const normalizeParticipant = (entry: string): string =>
  entry
    .trim()
    .replace(channelPrefix, '')
    .replace(/^(?:user|participant):/i, '');

/**
 * Whether an entry of an allowlist that is written like the participant lets in this participant, and nobody else. An
 * entry `*` is everybody, `user:alice` is `alice`, and OpenClaw takes `accessGroup:…` for a group.
 */
export const isListable = (source: string): boolean =>
  source !== '*' && !/^accessgroup:/i.test(source) && normalizeParticipant(source) === source;
