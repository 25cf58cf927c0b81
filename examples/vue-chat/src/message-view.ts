import type { Message } from '@websocket-channel/sdk-client';

/** How a message is drawn. */
export type MessageView = 'own' | 'other' | 'agent' | 'tool' | 'notice' | 'deleted' | 'unknown';

/** Chooses how to draw a message. A kind that this page does not know is drawn as text. */
export function viewOf({
  role,
  kind,
  own,
  deleted,
}: Pick<Message, 'role' | 'kind' | 'own' | 'deleted'>): MessageView {
  if (deleted) return 'deleted';
  if (role === 'participant') {
    if (kind !== 'message') return 'unknown';
    return own ? 'own' : 'other';
  }
  switch (kind) {
    case 'delta':
    case 'block':
    case 'final':
    case 'message':
      return 'agent';
    case 'tool':
      return 'tool';
    case 'notice':
      return 'notice';
    default:
      return 'unknown';
  }
}

/** Reactions by the message that they apply to, and the messages that are none. */
export function splitReactions<M extends Pick<Message, 'kind' | 'deleted' | 'target'>>(
  messages: readonly M[],
) {
  const reactions = Map.groupBy(
    messages.filter(({ kind, deleted }) => kind === 'reaction' && !deleted),
    ({ target }) => target,
  );
  return { reactions, others: messages.filter(({ kind }) => kind !== 'reaction') };
}

/**
 * The replies at which a turn was stopped or failed, with how it ended: the last one of each such turn. Agents store what
 * they had written so far as an ordinary reply, so only the turn tells.
 */
export function findInterrupted(
  messages: readonly Pick<Message, 'id' | 'role' | 'kind' | 'own' | 'turn' | 'outcome'>[],
): ReadonlyMap<string, 'aborted' | 'failed'> {
  const turns = new Map<string, 'aborted' | 'failed'>();
  for (const { turn, outcome } of messages) {
    if (turn !== undefined && (outcome === 'aborted' || outcome === 'failed')) turns.set(turn, outcome);
  }
  const replies = new Map<string, 'aborted' | 'failed'>();
  for (const message of messages.toReversed()) {
    const outcome = turns.get(message.turn ?? '');
    if (outcome === undefined || viewOf(message) !== 'agent') continue;
    replies.set(message.id, outcome);
    turns.delete(message.turn ?? '');
  }
  return replies;
}

/** Where a message is on its way: for own ones the delivery, for others whether the text is whole. */
export function stateOf({
  state,
  streaming,
  outcome,
}: Pick<Message, 'state' | 'streaming' | 'outcome'>): string {
  if (state !== undefined) return state;
  if (streaming) return 'streaming';
  return outcome === 'aborted' || outcome === 'failed' ? outcome : 'complete';
}

/** An attachment's address, where a browser may open it: absolute, or relative to the relay. */
export function attachmentUrl(url: string, relayUrl: string): string | undefined {
  const resolved = URL.parse(url, relayUrl.replace(/^ws/, 'http'));
  return resolved?.protocol === 'http:' || resolved?.protocol === 'https:' ? resolved.href : undefined;
}
