/**
 * The past of a conversation, page by page: for views that begin with `replay: 'none'` or a `cursor`.
 *
 * @packageDocumentation
 */
import {
  type Event,
  type History,
  type HistorySubmission,
  limits,
  type Reply,
  type Turn,
} from '@websocket-channel/protocol';
import { parseRelayToClient } from '@websocket-channel/protocol/client';
import type { Conversation } from './conversation.ts';
import { ClientError } from './errors.ts';

type Durable = Event | Reply | Turn;
type Question = Omit<HistorySubmission, 'conversation'>;

/** The way back into the past of one conversation. */
export interface ConversationHistory {
  /** Whether the relay keeps frames that are older than those in view; `undefined` until a page was asked for. */
  readonly more: boolean | undefined;
  /**
   * Adds a page of older messages to `conversation.messages`. Calls that come while a page is on its way get that page.
   *
   * @param limit How many frames at most, from 1 to 200. A page of frames that are no messages adds none. @default 200
   * @returns Whether there is more.
   * @throws `ClientError` `unavailable`, which is retryable, where no page came, as from a relay without history; what an
   * `error` frame of the relay says; `invalid` for a limit that is none.
   */
  earlier(limit?: number): Promise<boolean>;
  /** Ends it: nothing is remembered for further pages. */
  close(): void;
}

/** What happens to messages after they were said is remembered for those that come into view later; the latest of it. */
const mostAmendments = 10_000;

/** How long to wait for a page, in milliseconds. */
const patienceMs = 10_000;

/** Makes the way back into the past of a conversation. One for each is enough; it is made before `connect`. */
export function createHistory(conversation: Conversation): ConversationHistory {
  /** Edits, deletions and ends of turns, in the order of the log, which older messages may need. */
  let amendments: Durable[] = [];
  /** Position of the oldest frame that was asked for. */
  let edge: number | undefined;
  let more: boolean | undefined;
  let asked: (PromiseWithResolvers<boolean> & { question: Question }) | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const remember = (frame: Durable): void => {
    if (isAmendment(frame)) amendments = [...amendments, frame].slice(-mostAmendments);
  };
  const stops = [
    conversation.on('event', remember),
    conversation.on('reply', remember),
    conversation.on('turn', remember),
    conversation.on('history', show),
    conversation.on('attached', ({ recovered }) => {
      if (recovered === 'reset') {
        amendments = [];
        edge = more = undefined;
        fail(new ClientError('unavailable', 'The relay lost its log', true));
      }
      // A page that was asked for on a lost connection never comes. One that comes twice changes nothing.
      if (asked) conversation.write(asked.question);
    }),
    conversation.on('error', ({ code, message, retryable, ref }) => {
      if (ref === undefined) fail(new ClientError(code, message, retryable));
    }),
  ];

  function fail(error: ClientError): void {
    clearTimeout(timer);
    asked?.reject(error);
    asked = undefined;
  }

  /** Where the view begins: a page ends before it. */
  function begin(): number | undefined {
    const { messages, cursor } = conversation;
    const first = messages.find(({ seq }) => seq)?.seq;
    return edge ?? first ?? (cursor && cursor.seq + 1);
  }

  function show({ epoch, frames, more: isMore }: History): void {
    if (!asked) return;
    if (epoch !== conversation.cursor?.epoch) {
      return fail(new ClientError('unavailable', 'The page is of another log', true));
    }
    const page = frames.filter(isFrame);
    conversation.addPast([...page, ...amendments]);
    amendments = [...page.filter(isAmendment), ...amendments].slice(-mostAmendments);
    edge = frames[0]?.seq ?? edge;
    more = isMore;
    clearTimeout(timer);
    asked.resolve(isMore);
    asked = undefined;
  }

  return {
    get more() {
      return more;
    },
    async earlier(limit = limits.history) {
      if (!Number.isInteger(limit) || limit < 1 || limit > limits.history) {
        throw new ClientError('invalid', `limit is no whole number from 1 to ${limits.history}: ${limit}`);
      }
      if (asked) return asked.promise;
      const before = begin();
      if (before === 1) {
        more = false;
        return more;
      }
      const question: Question = { type: 'history', limit, ...(before !== undefined && { before }) };
      if (!conversation.write(question)) throw new ClientError('unavailable', 'There is no connection', true);
      asked = { ...Promise.withResolvers(), question };
      timer = setTimeout(
        () => fail(new ClientError('unavailable', 'No page came in time', true)),
        patienceMs,
      );
      return asked.promise;
    },
    close() {
      for (const stop of stops) stop();
      fail(new ClientError('closed', 'Closed'));
    },
  };
}

const isAmendment = (frame: Durable): boolean =>
  frame.seq !== undefined && (frame.type === 'turn' || frame.kind === 'edit' || frame.kind === 'delete');

/** A page is checked frame by frame, as what comes alone. */
const isFrame = (frame: Durable): boolean => parseRelayToClient(JSON.stringify(frame)).status === 'frame';
