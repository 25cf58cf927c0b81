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

/** The address of an attachment that lies elsewhere than at the relay, where a browser may open it. */
export function foreignUrl(url: string, relayUrl: string): string | undefined {
  const relay = relayUrl.replace(/^ws/, 'http');
  const resolved = URL.parse(url, relay);
  if (resolved?.protocol !== 'http:' && resolved?.protocol !== 'https:') return undefined;
  return resolved.origin === new URL(relay).origin ? undefined : resolved.href;
}

const previewBytes = 5 * 1024 * 1024;

/** Whether a file is a picture that is shown without being asked for. */
export const isPreviewable = ({ mime, size }: { readonly mime: string; readonly size: number }): boolean =>
  /^image\/(png|jpeg|gif|webp|avif)$/.test(mime) && size <= previewBytes;

/** Whether the relay never stored an own message, and never will by itself. */
export const isRefused = ({ state, seq }: Message): boolean => state === 'failed' && seq === undefined;
