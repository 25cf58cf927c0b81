import type {
  AgentPresence,
  Attached,
  Cancel,
  ClientToRelay,
  Cursor,
  Event,
  EventSubmission,
  HistorySubmission,
  Receipt,
  RelayToClient,
  Reply,
  Signal,
  Turn,
  Welcome,
} from '@websocket-channel/protocol';
import type { Exchange } from './exchange.ts';
import type { EndedTurn, Message, RunningTurn } from './message.ts';
import type { OutboxKeeper } from './outbox-keeper.ts';

/** What an event carries beside its content. */
export type SendOptions = Partial<
  Pick<
    EventSubmission,
    'id' | 'kind' | 'target' | 'sender' | 'attachments' | 'replyTo' | 'thread' | 'traceparent' | 'ext'
  >
>;

/** A position in the log of a conversation: a cursor without its name. */
export type LogPosition = Required<Pick<Cursor, 'epoch' | 'seq'>>;

/** A frame of a client that concerns one conversation, without its name. */
export type ConversationFrame =
  | Omit<HistorySubmission, 'conversation'>
  | Omit<Receipt, 'conversation'>
  | Omit<Cancel, 'conversation'>
  | Omit<Signal, 'conversation'>;

/** Frames that concern a conversation, by their type. */
export type ConversationEvents = {
  [Type in
    | 'event'
    | 'reply'
    | 'turn'
    | 'signal'
    | 'attached'
    | 'ack'
    | 'receipt'
    | 'history'
    | 'error']: Extract<RelayToClient, { type: Type }>;
};

/** A conversation with the agent, kept in step with the relay's log. */
export interface Conversation {
  /** `undefined` until the relay has told the name of the participant's own conversation. */
  readonly name: string | undefined;
  /** The agent; `undefined` until the relay has told. */
  readonly agent: AgentPresence | undefined;
  /** What was said, as an immutable snapshot: the latest 10,000 messages. */
  readonly messages: readonly Message[];
  /** Turns that have not ended. */
  readonly turns: readonly RunningTurn[];
  /** The turn that ended last. */
  readonly lastTurn: EndedTurn | undefined;
  /**
   * Whether anything is missing: `complete`, or `truncated` (older frames are no longer kept) or `reset` (the relay lost its
   * log), which stay.
   */
  readonly recovered: Attached['recovered'] | undefined;
  /** Where the view ends in the relay's log; `undefined` before the first attachment. An application that keeps frames keeps it. */
  readonly cursor: LogPosition | undefined;
  /**
   * Sends an event: at once, or as soon as there is a connection.
   *
   * @throws {@link ClientError} `outbox_full` when too many events wait, `invalid` for an id that is no legal one. `TypeError`
   * for options that cannot be written as JSON.
   */
  send(content: string, options?: SendOptions): Exchange;
  /** Asks the agent to stop a turn, or every running one. @returns Whether there is a connection to ask by. */
  cancel(turn?: string): boolean;
  /** Tells the others whether the participant is typing. Lost without a connection. */
  typing(active: boolean): void;
  /**
   * Adds frames of the past to `messages`, where they belong: those that the application kept, or a page of `history`.
   * `@websocket-channel/sdk-client/history` does the latter.
   */
  addPast(frames: readonly (Event | Reply | Turn)[]): void;
  /** Writes a frame that has no method of its own, with the name of this conversation. @returns Whether there is a connection. */
  write(frame: ConversationFrame): boolean;
  /** Adds a listener that is called after any change of the above, once per task. @returns Removes it. */
  subscribe(listener: () => void): () => void;
  /** Adds a listener for the frames of one type. @returns Removes it. */
  on<Type extends keyof ConversationEvents>(
    type: Type,
    listener: (frame: ConversationEvents[Type]) => void,
  ): () => void;
}

/** A frame before it is written: members that are `undefined` are left out then. */
export type Loose<T> = T extends unknown ? { [Name in keyof T]: T[Name] | undefined } : never;

/** What a conversation needs of its client. */
export interface ConversationHost {
  readonly url: string;
  /** Who the participant claims to be. */
  readonly source: string | undefined;
  readonly outbox: OutboxKeeper | undefined;
  readonly outboxLimit: number;
  readonly past: boolean;
  /** Whether frames can be written. */
  online: boolean;
  /** The latest one. */
  welcome: Welcome | undefined;
  /** @returns Whether it went out. */
  write(frame: Loose<ClientToRelay>): boolean;
}

/** The side of a conversation that the client drives. */
export interface ConversationControl {
  readonly conversation: Conversation;
  name: string | undefined;
  /** Where to go on. The caller writes it, and the relay answers. */
  cursor(): Loose<Cursor>;
  /** Asks for the frames after the cursor, unless that was asked already. */
  attach(): void;
  take(frame: RelayToClient): void;
  /** The connection is gone. */
  lose(): void;
  /** The client is closed: nothing waits any longer. */
  close(): void;
}
