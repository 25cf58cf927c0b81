/** A value, or a promise of it: a store answers at once where it can, so that no promise is made per frame. */
export type Awaitable<T> = T | PromiseLike<T>;

/** What is known of a conversation's log. */
export interface LogState {
  /** Identity of the log; a new one means that earlier cursors are void. */
  readonly epoch: string;
  /** The agent account that serves the conversation, fixed when the log was made. */
  readonly agent: string;
  /** Position of the oldest frame that is kept; `last + 1` while there is none. */
  readonly first: number;
  /** Position of the newest frame; 0 while there was none. */
  readonly last: number;
}

/** A durable frame in its place. */
export interface StoredFrame {
  readonly seq: number;
  /** The frame as it is delivered: one JSON object, with `epoch` and `seq`. */
  readonly text: string;
}

/** A durable frame that is to be stored. Its `type` and `id` identify it within its conversation. */
export interface Append {
  readonly conversation: string;
  /** An `event` is also put into the mailbox of the conversation's agent, together with the append or not at all. */
  readonly type: 'event' | 'reply' | 'turn';
  readonly id: string;
  /** The frame as a JSON object without `epoch`, `seq` and the closing brace. */
  readonly body: string;
}

/** What became of one append. */
export type Appended =
  | {
      readonly status: 'accepted';
      readonly frame: StoredFrame;
      /** Of an event: its place in the agent's mailbox, growing with every event. */
      readonly position?: number;
    }
  /** A frame of this type and id is stored already: that one is returned, nothing was changed. */
  | { readonly status: 'duplicate'; readonly frame: StoredFrame }
  /** The mailbox of the conversation's agent is full: nothing was changed. */
  | { readonly status: 'mailbox-full' };

/** An event that the agent has not taken over yet. */
export interface Waiting {
  readonly position: number;
  readonly conversation: string;
  readonly id: string;
  readonly text: string;
}

/** How much to read at once. At least one frame is returned where there is one. */
export interface Page {
  readonly frames: number;
  /** UTF-16 units of text. */
  readonly size: number;
}

/** Events that wait in a mailbox for longer than its bound allows. */
export interface Expired {
  readonly agent: string;
  readonly conversation: string;
  readonly events: readonly string[];
}

/**
 * Where logs and mailboxes live. The relay hands over all appends of one event-loop turn in one batch, and acks and
 * delivers a frame only once its batch is stored; while a batch is under way the next one gathers.
 * A rejected promise or a thrown error means that nothing of the batch is known to be stored: its senders say it again,
 * and what turns out to be stored is taken for a repetition. What is asked while something else is under way may be
 * answered in any order, but for a conversation that was released before.
 */
export interface Store {
  /** Finds the log of a conversation, or makes it if the agent that is to serve it is named. */
  open(conversation: string, agent?: string): Awaitable<LogState | undefined>;
  /**
   * Says that nobody uses the conversation at the moment; a log that keeps no frame may be forgotten, with its epoch. It
   * comes before an `open` that is asked later, whether it is answered by then or not.
   */
  release(conversation: string): Awaitable<void>;
  /** Stores a batch in its order, all conversations being open. @returns The outcomes in the order of the batch. */
  commit(batch: readonly Append[]): Awaitable<readonly Appended[]>;
  /** Reads the frames after position `seq`, oldest first. */
  after(conversation: string, seq: number, page: Page): Awaitable<readonly StoredFrame[]>;
  /** Reads the newest frames before position `seq`, oldest first. */
  before(conversation: string, seq: number, page: Page): Awaitable<readonly StoredFrame[]>;
  /** Reads the events that wait for an agent after a position of its mailbox, oldest first. */
  waiting(agent: string, position: number, page: Page): Awaitable<readonly Waiting[]>;
  /** Removes events from the mailbox of an agent. @returns Those that were in it. */
  received(agent: string, conversation: string, events: readonly string[]): Awaitable<readonly string[]>;
  /**
   * Drops frames of logs that are older than the bounds allow.
   *
   * @param now Milliseconds since 1970-01-01 UTC.
   * @returns The events that wait for too long: they stay, and are told again, until they are taken out by `received`.
   */
  sweep(now: number): Awaitable<readonly Expired[]>;
  /** Lets go of all resources. */
  close(): Awaitable<void>;
}

/** Puts events of one mailbox together by conversation. */
export function expiredOf(
  agent: string,
  stale: Iterable<{ readonly conversation: string; readonly id: string }>,
): Expired[] {
  const expired = new Map<string, string[]>();
  for (const { conversation, id } of stale) {
    const events = expired.get(conversation);
    if (events === undefined) expired.set(conversation, [id]);
    else events.push(id);
  }
  return [...expired].map(([conversation, events]) => ({ agent, conversation, events }));
}

/** Writes a body as the frame that is delivered. */
export const stamp = (body: string, epoch: string, seq: number): string =>
  `${body},"epoch":"${epoch}","seq":${seq}}`;

/**
 * Asks a store and goes on with the answer as soon as it is there: at once, unless it is a promise.
 *
 * @param fail Called if the store fails, or if going on fails after a promise, where nobody else would notice.
 */
export function whenReady<T>(
  ask: () => Awaitable<T>,
  proceed: (answer: T) => void,
  fail: (error: unknown) => void,
): void {
  let answer: Awaitable<T>;
  try {
    answer = ask();
  } catch (error) {
    return fail(error);
  }
  if (isPromiseLike(answer)) void Promise.resolve(answer).then(proceed).catch(fail);
  else proceed(answer);
}

const isPromiseLike = <T>(value: Awaitable<T>): value is PromiseLike<T> =>
  typeof value === 'object' && value !== null && 'then' in value;
