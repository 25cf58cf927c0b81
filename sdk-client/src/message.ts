import type {
  Action,
  AgentPresence,
  Attached,
  Attachment,
  Reply,
  Sender,
  Turn,
  TurnError,
} from '@websocket-channel/protocol';

/**
 * Where an own event is on its way: `queued` in this client, `sent` to the relay, `accepted` (stored by the relay),
 * `delivered` (taken over by the agent), `answered` (the turn has ended), `failed` (refused, expired, its answer
 * no longer kept, or the turn failed).
 */
export type DeliveryState = 'queued' | 'sent' | 'accepted' | 'delivered' | 'answered' | 'failed';

/** Why an event or a turn failed. */
export interface Failure extends TurnError {
  /** Whether the client tries again by itself. */
  readonly retrying?: boolean;
}

/** One entry of a conversation, as a view shows it: what its frames say, and what became of it. Never changed in place. */
export interface Message {
  readonly id: string;
  readonly type: 'event' | 'reply';
  /** Who speaks: `participant` of an event, `agent` of a reply. */
  readonly role: 'participant' | 'agent';
  /** The participant, or the agent account. */
  readonly source?: string | undefined;
  /** What is known of the participant. */
  readonly sender?: Sender;
  /** What the event or reply is; an unknown kind is shown as text. */
  readonly kind: string;
  /** The text so far, in Markdown. */
  readonly content: string;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly timestamp: number;
  /** Position in the conversation's log: absent while the relay has not stored it, 0 in a log that the relay has lost. */
  readonly seq?: number;
  /** Whether more text of this reply is expected. */
  readonly streaming: boolean;
  /** How many chunks of a reply that is not complete are in `content`. */
  readonly chunks?: number | undefined;
  /** The turn that a reply belongs to, or that answers an event. */
  readonly turn?: string;
  /** Whether this client's participant wrote it, here or on another device. */
  readonly own: boolean;
  /** Of an own event. */
  readonly state?: DeliveryState;
  /** How the turn went: of an event that it answered, of a reply that it cut off. */
  readonly outcome?: EndedTurn['outcome'];
  /** Why the event, or the turn that answers it, failed. */
  readonly error?: Failure | undefined;
  readonly edited?: boolean;
  /** Whether it was deleted; `content` is empty then. */
  readonly deleted?: boolean;
  /** The message that a reaction or action applies to. */
  readonly target?: string;
  readonly attachments?: readonly Attachment[];
  /** Buttons: an event of kind `action` with the button's id as content and this message as target presses one. */
  readonly actions?: readonly Action[];
  readonly replyTo?: string;
  readonly thread?: string;
  readonly ext?: Readonly<Record<string, unknown>>;
}

/** A turn that has not ended. */
export interface RunningTurn {
  readonly id: string;
  readonly status: 'accepted' | 'started';
  /** Ids of the events that it answers. */
  readonly events: readonly string[];
}

/** A turn that has ended. */
export interface EndedTurn {
  readonly id: string;
  readonly events: readonly string[];
  readonly outcome: NonNullable<Turn['outcome']>;
  readonly error?: TurnError | undefined;
}

/** A piece of a reply. */
export interface Chunk {
  /** Of one `id`, one after the other, the texts are the reply. */
  readonly text: string;
  readonly kind: Reply['kind'];
  /** The reply. */
  readonly id: string;
  /** Whether the reply starts anew with this text. */
  readonly replace: boolean;
}

/** All that is known of a conversation. Never changed in place. */
export interface ConversationState {
  /** Those in the log by their position, then the others in the order they came. */
  readonly messages: readonly Message[];
  readonly turns: readonly RunningTurn[];
  readonly lastTurn?: EndedTurn;
  readonly agent?: AgentPresence | undefined;
  /** The worst that an attachment recovered, the latest of them. */
  readonly recovered?: Attached['recovered'];
  /** The log's identity. */
  readonly epoch?: string;
  /** The last durable frame that was taken. */
  readonly seq: number;
  /** Whether the next durable frame may lie anywhere after that. */
  readonly loose: boolean;
  /** Whether an attachment is asked for and not answered yet. */
  readonly attaching: boolean;
  /** Gaps that an attachment was asked for: cursors, and places in streaming replies. None is asked for twice. */
  readonly gaps: readonly (number | string)[];
}
