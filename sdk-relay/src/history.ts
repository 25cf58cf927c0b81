import { type Event, type History, type HistorySubmission, limits } from '@websocket-channel/protocol';
import type { Connection } from './connection.ts';
import type { Conversation } from './conversation.ts';
import type { Core } from './core.ts';
import { type LogState, type Page, type StoredFrame, whenReady } from './store/store.ts';

/**
 * Reads a page of the past of a conversation, no larger than one frame may be, for a client.
 *
 * @param tell Called with the page, unless the log cannot be read, of which the client is told.
 */
export function readHistory(
  connection: Connection,
  conversation: Conversation,
  { before = Number.MAX_SAFE_INTEGER, limit = limits.history }: HistorySubmission,
  { store, options, logger }: Core,
  tell: (page: History) => void,
): void {
  const { name, epoch } = conversation;
  conversation.touch();
  // A UTF-16 unit is at most three bytes of UTF-8.
  const page: Page = { frames: limit, size: options.limits.frameBytes / 4 };
  const fail = (error: unknown): void => {
    logger.error({ err: error, conversation: name }, 'the past cannot be read');
    connection.refuse('unavailable', 'The log cannot be read', { conversation: name });
  };
  const proceed = (frames: readonly StoredFrame[], first: number): void =>
    tell({
      type: 'history',
      conversation: name,
      epoch,
      frames: frames.map(({ text }) => JSON.parse(text) as Event),
      more: (frames[0]?.seq ?? before) > first && first > 0,
    });
  whenReady(
    () => store.before(name, before, page),
    (frames) =>
      whenReady(
        () => store.open(name),
        (log) => proceed(frames, firstOf(log)),
        fail,
      ),
    fail,
  );
}

/** Position of the oldest frame that is kept; 0 where none is. */
const firstOf = (log: LogState | undefined): number =>
  log === undefined || log.first > log.last ? 0 : log.first;
