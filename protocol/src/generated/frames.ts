// Generated from the registry by protocol/scripts/generate.ts
import type { ErrorCode } from '../error-codes.ts';

/**
 * A button.
 */
export interface Action {
  /**
   * Named by the `content` of the event of kind `action` that answers.
   */
  id: string;
  /**
   * What the button says.
   */
  label: string;
  /**
   * How the button looks. Known values: `primary`, `danger`; others may follow.
   */
  style?: 'primary' | 'danger' | (string & {});
}

/**
 * The conversation's agent.
 */
export interface AgentPresence {
  /**
   * Id of the agent account.
   */
  source: string;
  /**
   * Whether the agent is connected to the relay.
   */
  online: boolean;
  /**
   * How finely the agent streams its replies; absent while unknown.
   */
  stream?: 'token' | 'block' | 'none';
  /**
   * Display name of the agent.
   */
  name?: string;
  /**
   * What the agent does when an event begins with `/` and the name of one of these.
   *
   * @maxItems 128
   */
  commands?: Command[];
}

/**
 * A file by reference.
 */
export interface Attachment {
  /**
   * Identity of the file.
   */
  id: string;
  /**
   * File name.
   */
  name: string;
  /**
   * MIME type.
   */
  mime: string;
  /**
   * Size in bytes.
   */
  size: number;
  /**
   * Digest of the bytes, in hex.
   */
  sha256?: string;
  /**
   * Where the bytes are: absolute, or relative to the relay.
   */
  url: string;
  /**
   * Pixels.
   */
  width?: number;
  /**
   * Pixels.
   */
  height?: number;
  /**
   * Length of a recording in milliseconds.
   */
  durationMs?: number;
}

/**
 * Something that the agent does when it is told to by its name.
 */
export interface Command {
  /**
   * What is said to run it, after a `/`.
   */
  name: string;
  /**
   * What it does, in a few words.
   */
  description: string;
  /**
   * What may follow it, for people: `<required>`, `[optional]`.
   */
  args?: string;
}

/**
 * Asks for the frames of a conversation, from a cursor on.
 */
export interface Cursor {
  /**
   * The conversation: printable ASCII. A participant owns `<source>` and `<source>/<anything>`.
   */
  conversation: string;
  /**
   * Identity of the conversation's log. A new epoch means that earlier cursors are void.
   */
  epoch?: string;
  /**
   * Last durable frame that the client has. 0 asks for all that is kept; absent asks for nothing of the past.
   */
  seq?: number;
}

/**
 * Where and why, for programs.
 */
export interface ErrorDetails {
  /**
   * JSON pointer to the member at fault.
   */
  path?: string;
  /**
   * The rule it breaks, in the words of JSON Schema.
   */
  keyword?: string;
  /**
   * The bound of that rule.
   */
  limit?: number | string;
}

/**
 * Where the relay keeps files; absent where it keeps none.
 */
export interface Files {
  /**
   * Where files are uploaded: absolute, or relative to the relay.
   */
  url: string;
  /**
   * Bytes of one file.
   */
  maxBytes: number;
}

/**
 * The relay pings; any frame proves that it lives.
 */
export interface Heartbeat {
  /**
   * Longest silence of the relay in milliseconds.
   */
  intervalMs: number;
  /**
   * How much longer to wait before taking the connection for dead.
   */
  graceMs: number;
}

/**
 * Who the relay takes the peer for.
 */
export interface Identity {
  /**
   * Id of the participant or agent account.
   */
  source: string;
  /**
   * Display name.
   */
  name?: string;
}

/**
 * What the relay takes.
 */
export interface Limits {
  /**
   * UTF-8 bytes of one frame.
   */
  frameBytes: number;
  /**
   * Code points of `content`.
   */
  contentLength: number;
}

/**
 * What is known of the participant beside its id.
 */
export interface Sender {
  /**
   * Display name.
   */
  name?: string;
  /**
   * BCP 47 tag.
   */
  locale?: string;
}

/**
 * What the peer runs, for logs.
 */
export interface Software {
  /**
   * Product.
   */
  name: string;
  /**
   * Its version.
   */
  version: string;
}

/**
 * Why a turn failed.
 */
export interface TurnError {
  /**
   * What went wrong, for programs.
   */
  code: string;
  /**
   * What went wrong, for people.
   */
  message: string;
}

/**
 * Something a participant says or does, as a client submits it.
 */
export interface EventSubmission {
  type: 'event';
  /**
   * The text, in Markdown. May be empty.
   */
  content: string;
  /**
   * When the participant wrote it: milliseconds since 1970-01-01 UTC.
   */
  timestamp: number;
  /**
   * The conversation: printable ASCII. A participant owns `<source>` and `<source>/<anything>`.
   */
  conversation?: string;
  /**
   * What the event is; absent means `message`. Known values: `message`, `edit`, `delete`, `reaction`, `action`; others may follow.
   */
  kind?: 'message' | 'edit' | 'delete' | 'reaction' | 'action' | (string & {});
  /**
   * The event or reply that an edit, delete, reaction or action applies to.
   */
  target?: string;
  /**
   * What is known of the participant beside its id.
   */
  sender?: Sender;
  /**
   * Files by reference; bytes never travel in a frame.
   *
   * @maxItems 32
   */
  attachments?: Attachment[];
  /**
   * The event or reply that this one answers.
   */
  replyTo?: string;
  /**
   * The thread within the conversation.
   */
  thread?: string;
  /**
   * W3C trace context.
   */
  traceparent?: string;
  /**
   * Extensions, keyed by reverse-DNS names. The only free object of the protocol.
   */
  ext?: Record<string, unknown>;
  /**
   * Identity and idempotency key, chosen by the sender: a repetition keeps it.
   */
  id: string;
  /**
   * Ignored: the relay stamps the authenticated identity.
   */
  source?: string;
  /**
   * Assigned by the relay.
   */
  epoch?: never;
  /**
   * Assigned by the relay.
   */
  seq?: never;
}

/**
 * Something a participant said or did, as the relay delivers it.
 */
export interface Event {
  type: 'event';
  /**
   * The participant, as authenticated by the relay.
   */
  source: string;
  /**
   * The text, in Markdown. May be empty.
   */
  content: string;
  /**
   * When the participant wrote it: milliseconds since 1970-01-01 UTC.
   */
  timestamp: number;
  /**
   * The conversation: printable ASCII. A participant owns `<source>` and `<source>/<anything>`.
   */
  conversation?: string;
  /**
   * What the event is; absent means `message`. Known values: `message`, `edit`, `delete`, `reaction`, `action`; others may follow.
   */
  kind?: 'message' | 'edit' | 'delete' | 'reaction' | 'action' | (string & {});
  /**
   * The event or reply that an edit, delete, reaction or action applies to.
   */
  target?: string;
  /**
   * What is known of the participant beside its id.
   */
  sender?: Sender;
  /**
   * Files by reference; bytes never travel in a frame.
   *
   * @maxItems 32
   */
  attachments?: Attachment[];
  /**
   * The event or reply that this one answers.
   */
  replyTo?: string;
  /**
   * The thread within the conversation.
   */
  thread?: string;
  /**
   * W3C trace context.
   */
  traceparent?: string;
  /**
   * Extensions, keyed by reverse-DNS names. The only free object of the protocol.
   */
  ext?: Record<string, unknown>;
  /**
   * Identity and idempotency key, chosen by the sender, unique within its conversation. Absent only from relays of the `core` profile.
   */
  id?: string;
  /**
   * Identity of the conversation's log. A new epoch means that earlier cursors are void.
   */
  epoch?: string;
  /**
   * Position in the conversation's log: 1, 2, 3 … without holes.
   */
  seq?: number;
}

/**
 * Something the agent said, as the relay delivers it.
 */
export interface Reply {
  type: 'reply';
  /**
   * What the reply is. `delta` is live, all others are durable. `final` does not end the turn: `turn` with status `ended` does. Known values: `delta`, `tool`, `block`, `final`, `message`, `edit`, `delete`, `reaction`, `notice`; others may follow.
   */
  kind:
    | 'delta'
    | 'tool'
    | 'block'
    | 'final'
    | 'message'
    | 'edit'
    | 'delete'
    | 'reaction'
    | 'notice'
    | (string & {});
  /**
   * The text, in Markdown. May be empty.
   */
  content: string;
  /**
   * When the agent produced it: milliseconds since 1970-01-01 UTC.
   */
  timestamp?: number;
  /**
   * The turn it belongs to; absent from a reply outside any turn.
   */
  turn?: string;
  /**
   * The events it answers.
   *
   * @maxItems 256
   */
  events?: string[];
  /**
   * Of a delta: number of its first chunk, from 0.
   */
  index?: number;
  /**
   * Of a delta: how many chunks are merged in it; absent means 1.
   */
  count?: number;
  /**
   * Of a delta: the text starts anew with this content.
   */
  replace?: boolean;
  /**
   * The event or reply that an edit, delete or reaction applies to.
   */
  target?: string;
  /**
   * Files by reference; bytes never travel in a frame.
   *
   * @maxItems 32
   */
  attachments?: Attachment[];
  /**
   * Buttons; a participant presses one by an event of kind `action` whose `target` is the reply.
   *
   * @maxItems 16
   */
  actions?: Action[];
  /**
   * The event or reply that this one answers, shown as a quotation.
   */
  replyTo?: string;
  /**
   * The thread within the conversation.
   */
  thread?: string;
  /**
   * Extensions, keyed by reverse-DNS names. The only free object of the protocol.
   */
  ext?: Record<string, unknown>;
  /**
   * Identity and idempotency key. A streamed reply keeps it from its first delta to the `block` or `final` that supersedes them.
   */
  id?: string;
  /**
   * The conversation: printable ASCII. A participant owns `<source>` and `<source>/<anything>`.
   */
  conversation?: string;
  /**
   * The agent account.
   */
  source?: string;
  /**
   * Identity of the conversation's log. A new epoch means that earlier cursors are void.
   */
  epoch?: string;
  /**
   * Position in the conversation's log; a delta has none.
   */
  seq?: number;
}

/**
 * Something the agent says, as it submits it.
 */
export interface ReplySubmission {
  type: 'reply';
  /**
   * What the reply is. `delta` is live, all others are durable. `final` does not end the turn: `turn` with status `ended` does. Known values: `delta`, `tool`, `block`, `final`, `message`, `edit`, `delete`, `reaction`, `notice`; others may follow.
   */
  kind:
    | 'delta'
    | 'tool'
    | 'block'
    | 'final'
    | 'message'
    | 'edit'
    | 'delete'
    | 'reaction'
    | 'notice'
    | (string & {});
  /**
   * The text, in Markdown. May be empty.
   */
  content: string;
  /**
   * When the agent produced it: milliseconds since 1970-01-01 UTC.
   */
  timestamp?: number;
  /**
   * The turn it belongs to; absent from a reply outside any turn.
   */
  turn?: string;
  /**
   * The events it answers.
   *
   * @maxItems 256
   */
  events?: string[];
  /**
   * Of a delta: number of its first chunk, from 0.
   */
  index?: number;
  /**
   * Of a delta: how many chunks are merged in it; absent means 1.
   */
  count?: number;
  /**
   * Of a delta: the text starts anew with this content.
   */
  replace?: boolean;
  /**
   * The event or reply that an edit, delete or reaction applies to.
   */
  target?: string;
  /**
   * Files by reference; bytes never travel in a frame.
   *
   * @maxItems 32
   */
  attachments?: Attachment[];
  /**
   * Buttons; a participant presses one by an event of kind `action` whose `target` is the reply.
   *
   * @maxItems 16
   */
  actions?: Action[];
  /**
   * The event or reply that this one answers, shown as a quotation.
   */
  replyTo?: string;
  /**
   * The thread within the conversation.
   */
  thread?: string;
  /**
   * Extensions, keyed by reverse-DNS names. The only free object of the protocol.
   */
  ext?: Record<string, unknown>;
  /**
   * Identity and idempotency key. A streamed reply keeps it from its first delta to the `block` or `final` that supersedes them.
   */
  id: string;
  /**
   * The conversation: printable ASCII. A participant owns `<source>` and `<source>/<anything>`.
   */
  conversation: string;
  /**
   * Ignored: the relay stamps the authenticated agent.
   */
  source?: string;
  /**
   * Assigned by the relay.
   */
  epoch?: never;
  /**
   * Assigned by the relay.
   */
  seq?: never;
}

/**
 * One run of the agent, as the relay delivers it.
 */
export interface Turn {
  type: 'turn';
  /**
   * Identity of the turn.
   */
  id: string;
  /**
   * `accepted` and `started` are live, `ended` is durable and always comes.
   */
  status: 'accepted' | 'started' | 'ended';
  /**
   * The events that the turn answers; a message steered into a running turn is added.
   *
   * @maxItems 256
   */
  events: string[];
  /**
   * How an ended turn went. Known values: `completed`, `silent`, `aborted`, `failed`; others may follow.
   */
  outcome?: 'completed' | 'silent' | 'aborted' | 'failed' | (string & {});
  /**
   * Why a turn failed.
   */
  error?: TurnError;
  /**
   * When the status was reached: milliseconds since 1970-01-01 UTC.
   */
  timestamp?: number;
  /**
   * The conversation: printable ASCII. A participant owns `<source>` and `<source>/<anything>`.
   */
  conversation?: string;
  /**
   * The agent account.
   */
  source?: string;
  /**
   * Identity of the conversation's log. A new epoch means that earlier cursors are void.
   */
  epoch?: string;
  /**
   * Position of an ended turn in the conversation's log.
   */
  seq?: number;
}

/**
 * One run of the agent, as the agent reports it.
 */
export interface TurnSubmission {
  type: 'turn';
  /**
   * Identity of the turn.
   */
  id: string;
  /**
   * `accepted` and `started` are live, `ended` is durable and always comes.
   */
  status: 'accepted' | 'started' | 'ended';
  /**
   * The events that the turn answers; a message steered into a running turn is added.
   *
   * @maxItems 256
   */
  events: string[];
  /**
   * How an ended turn went. Known values: `completed`, `silent`, `aborted`, `failed`; others may follow.
   */
  outcome?: 'completed' | 'silent' | 'aborted' | 'failed' | (string & {});
  /**
   * Why a turn failed.
   */
  error?: TurnError;
  /**
   * When the status was reached: milliseconds since 1970-01-01 UTC.
   */
  timestamp?: number;
  /**
   * The conversation: printable ASCII. A participant owns `<source>` and `<source>/<anything>`.
   */
  conversation: string;
  /**
   * Ignored: the relay stamps the authenticated agent.
   */
  source?: string;
  /**
   * Assigned by the relay.
   */
  epoch?: never;
  /**
   * Assigned by the relay.
   */
  seq?: never;
}

/**
 * A passing fact about a conversation: never stored, never repeated.
 */
export interface Signal {
  type: 'signal';
  /**
   * What the signal tells; an unknown kind is ignored. Known values: `typing`, `presence`, `reasoning`, `preamble`, `tool`; others may follow.
   */
  kind: 'typing' | 'presence' | 'reasoning' | 'preamble' | 'tool' | (string & {});
  /**
   * The conversation: printable ASCII. A participant owns `<source>` and `<source>/<anything>`.
   */
  conversation: string;
  /**
   * Who it is about, stamped by the relay.
   */
  source?: string;
  /**
   * Of `typing` and `tool`: whether it goes on.
   */
  active?: boolean;
  /**
   * The conversation's agent.
   */
  agent?: AgentPresence;
  /**
   * The turn it belongs to.
   */
  turn?: string;
  /**
   * Of `reasoning`, `preamble` and `tool`: which passage of thought or text, or which use of a tool.
   */
  id?: string;
  /**
   * Of `reasoning` and `preamble`: number of the chunk within its passage. 0 starts the passage anew.
   */
  index?: number;
  /**
   * The text, in Markdown. May be empty.
   */
  content?: string;
}

/**
 * First frame of every connection.
 */
export interface Hello {
  type: 'hello';
  /**
   * Which side of the relay the peer is on.
   */
  role: 'client' | 'agent';
  /**
   * Major versions of the protocol that the peer speaks.
   *
   * @minItems 1
   * @maxItems 8
   */
  versions: number[];
  /**
   * Proof of identity. Never in the URL.
   */
  token?: string;
  /**
   * The identity that a guest asks for; a relay with authentication ignores it.
   */
  source?: string;
  /**
   * Optional features that the peer supports. Nobody sends a frame whose capability its reader did not declare.
   *
   * @maxItems 64
   */
  capabilities?: string[];
  /**
   * What the peer runs, for logs.
   */
  software?: Software;
  /**
   * Of a client: the conversations to attach, with cursors. Absent attaches the participant's own conversation.
   *
   * @maxItems 64
   */
  attach?: Cursor[];
  /**
   * Of an agent: how finely it streams.
   */
  stream?: 'token' | 'block' | 'none';
  /**
   * Of an agent: its display name.
   */
  name?: string;
  /**
   * What the agent does when an event begins with `/` and the name of one of these.
   *
   * @maxItems 128
   */
  commands?: Command[];
}

/**
 * Answer to a `hello`: the session is open.
 */
export interface Welcome {
  type: 'welcome';
  /**
   * The major version chosen.
   */
  version: number;
  /**
   * Identity of this connection, for logs.
   */
  session: string;
  /**
   * Who the relay takes the peer for.
   */
  identity: Identity;
  /**
   * The conversation: printable ASCII. A participant owns `<source>` and `<source>/<anything>`.
   */
  conversation?: string;
  /**
   * The relay pings; any frame proves that it lives.
   */
  heartbeat: Heartbeat;
  /**
   * What the relay takes.
   */
  limits: Limits;
  /**
   * Optional features that the peer supports. Nobody sends a frame whose capability its reader did not declare.
   *
   * @maxItems 64
   */
  capabilities?: string[];
  /**
   * Where the relay keeps files; absent where it keeps none.
   */
  files?: Files;
  /**
   * When the token ends: milliseconds since 1970-01-01 UTC.
   */
  tokenExpiresAt?: number;
  /**
   * What the peer runs, for logs.
   */
  software?: Software;
}

/**
 * Asks for the frames of a conversation, from a cursor on.
 */
export interface Attach {
  type: 'attach';
  /**
   * The conversation: printable ASCII. A participant owns `<source>` and `<source>/<anything>`.
   */
  conversation: string;
  /**
   * Identity of the conversation's log. A new epoch means that earlier cursors are void.
   */
  epoch?: string;
  /**
   * Last durable frame that the client has. 0 asks for all that is kept; absent asks for nothing of the past.
   */
  seq?: number;
}

/**
 * Answer to an attachment.
 */
export interface Attached {
  type: 'attached';
  /**
   * The conversation: printable ASCII. A participant owns `<source>` and `<source>/<anything>`.
   */
  conversation: string;
  /**
   * Identity of the conversation's log. A new epoch means that earlier cursors are void.
   */
  epoch: string;
  /**
   * Last durable frame of the log. Those after the cursor follow in order, then live traffic.
   */
  seq: number;
  /**
   * `complete`: nothing is missing. `truncated`: older frames are no longer kept, the replay starts later. `reset`: the cursor belongs to another epoch, the replay starts from the beginning.
   */
  recovered: 'complete' | 'truncated' | 'reset';
  /**
   * The conversation's agent.
   */
  agent: AgentPresence;
}

/**
 * Ends an attachment: no more frames of the conversation are wanted on this connection.
 */
export interface Detach {
  type: 'detach';
  /**
   * The conversation: printable ASCII. A participant owns `<source>` and `<source>/<anything>`.
   */
  conversation: string;
}

/**
 * Says that a durable frame is stored. Sent only after the append.
 */
export interface Ack {
  type: 'ack';
  /**
   * The event, reply or turn that is stored.
   */
  id: string;
  /**
   * The conversation: printable ASCII. A participant owns `<source>` and `<source>/<anything>`.
   */
  conversation: string;
  /**
   * Identity of the conversation's log. A new epoch means that earlier cursors are void.
   */
  epoch: string;
  /**
   * Its position in the conversation's log.
   */
  seq: number;
  /**
   * `duplicate`: it was stored before, at this position.
   */
  status: 'accepted' | 'duplicate';
}

/**
 * The agent takes events over from its mailbox.
 */
export interface Received {
  type: 'received';
  /**
   * The conversation: printable ASCII. A participant owns `<source>` and `<source>/<anything>`.
   */
  conversation: string;
  /**
   * The events that the agent has taken over: the relay need not deliver them again.
   *
   * @maxItems 256
   */
  events: string[];
}

/**
 * What became of stored frames.
 */
export interface Receipt {
  type: 'receipt';
  /**
   * The conversation: printable ASCII. A participant owns `<source>` and `<source>/<anything>`.
   */
  conversation: string;
  /**
   * `delivered`: the agent took the events over. `expired`: they waited too long for it and are given up. `read`: a participant has seen everything up to `seq`. Known values: `delivered`, `expired`, `read`; others may follow.
   */
  status: 'delivered' | 'expired' | 'read' | (string & {});
  /**
   * Of `delivered` and `expired`: the events.
   *
   * @maxItems 256
   */
  events?: string[];
  /**
   * Of `read`: the last frame seen.
   */
  seq?: number;
  /**
   * Of `read`: the participant, stamped by the relay.
   */
  source?: string;
}

/**
 * Asks for a page of the past of a conversation.
 */
export interface HistorySubmission {
  type: 'history';
  /**
   * The conversation: printable ASCII. A participant owns `<source>` and `<source>/<anything>`.
   */
  conversation: string;
  /**
   * Frames older than this one; absent means from the end.
   */
  before?: number;
  /**
   * How many at most; absent means 200. The relay may answer with fewer.
   */
  limit?: number;
}

/**
 * A page of the past of a conversation.
 */
export interface History {
  type: 'history';
  /**
   * The conversation: printable ASCII. A participant owns `<source>` and `<source>/<anything>`.
   */
  conversation: string;
  /**
   * Identity of the conversation's log. A new epoch means that earlier cursors are void.
   */
  epoch: string;
  /**
   * Durable frames in the order of `seq`, each as it was delivered. Its reader checks each one by its own type.
   *
   * @maxItems 200
   */
  frames: (Event | Reply | Turn)[];
  /**
   * Whether older frames are kept.
   */
  more: boolean;
}

/**
 * Asks the agent to stop. The answer is `turn` with status `ended` and outcome `aborted`.
 */
export interface Cancel {
  type: 'cancel';
  /**
   * The conversation: printable ASCII. A participant owns `<source>` and `<source>/<anything>`.
   */
  conversation: string;
  /**
   * The turn to stop; absent stops every running turn of the conversation.
   */
  turn?: string;
  /**
   * Who asks, stamped by the relay.
   */
  source?: string;
}

/**
 * Renews the authentication before the token expires, without dropping the connection.
 */
export interface AuthSubmission {
  type: 'auth';
  /**
   * A fresh proof of the same identity.
   */
  token: string;
}

/**
 * The new token is accepted; the connection goes on.
 */
export interface Auth {
  type: 'auth';
  /**
   * When the new token ends: milliseconds since 1970-01-01 UTC; absent if it does not.
   */
  tokenExpiresAt?: number;
}

/**
 * Says what was wrong with a frame. The connection goes on.
 */
export interface ErrorFrame {
  type: 'error';
  /**
   * One of the documented codes; others may follow.
   */
  code: ErrorCode | (string & {});
  /**
   * What went wrong, for people.
   */
  message: string;
  /**
   * Whether the same frame may succeed later.
   */
  retryable: boolean;
  /**
   * How long to wait first, in milliseconds.
   */
  retryAfterMs?: number;
  /**
   * The `id` of the frame in question, where it had one.
   */
  ref?: string;
  /**
   * The conversation: printable ASCII. A participant owns `<source>` and `<source>/<anything>`.
   */
  conversation?: string;
  /**
   * Where and why, for programs.
   */
  details?: ErrorDetails;
}

/**
 * Asks for a sign of life.
 */
export interface Ping {
  type: 'ping';
  /**
   * Returned in the pong.
   */
  id?: string;
}

/**
 * Answer to a `ping`.
 */
export interface Pong {
  type: 'pong';
  /**
   * Returned in the pong.
   */
  id?: string;
}

/**
 * Announces that the sender is about to close the connection.
 */
export interface Bye {
  type: 'bye';
  /**
   * `drain`: the relay is about to stop. `done`: the peer leaves for good. `replaced`: the same agent connected elsewhere. Known values: `drain`, `done`, `replaced`; others may follow.
   */
  reason: 'drain' | 'done' | 'replaced' | (string & {});
  /**
   * The same for people.
   */
  message?: string;
  /**
   * When to come back, in milliseconds; absent leaves it to the backoff.
   */
  reconnectAfterMs?: number;
}

/** Every frame that a client sends to a relay. */
export type ClientToRelay =
  | EventSubmission
  | Signal
  | Hello
  | Attach
  | Detach
  | Receipt
  | HistorySubmission
  | Cancel
  | AuthSubmission
  | ErrorFrame
  | Ping
  | Pong
  | Bye;

/** Every frame that a relay sends to a client. */
export type RelayToClient =
  | Event
  | Reply
  | Turn
  | Signal
  | Welcome
  | Attached
  | Ack
  | Receipt
  | History
  | Auth
  | ErrorFrame
  | Ping
  | Pong
  | Bye;

/** Every frame that an agent sends to a relay. */
export type AgentToRelay =
  | ReplySubmission
  | TurnSubmission
  | Signal
  | Hello
  | Received
  | AuthSubmission
  | ErrorFrame
  | Ping
  | Pong
  | Bye;

/** Every frame that a relay sends to an agent. */
export type RelayToAgent =
  | Event
  | Signal
  | Welcome
  | Ack
  | Cancel
  | Auth
  | ErrorFrame
  | Ping
  | Pong
  | Bye;
