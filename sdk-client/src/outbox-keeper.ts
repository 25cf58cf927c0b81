import type { EventSubmission } from '@websocket-channel/protocol';
import type { ClientError } from './errors.ts';
import type { Accepted } from './exchange.ts';
import type { DeliveryState, Failure } from './message.ts';
import type { OutboxInput } from './outbox.ts';

/** Keeps what waits in the outboxes of one client beyond its page or process. Not meant to be written by applications. */
export interface OutboxKeeper {
  /**
   * Begins to keep the outbox of one conversation.
   *
   * @param url The relay.
   * @param conversation Its name as the application gave it; empty for the participant's own.
   * @returns Takes every input of the outbox, in place of {@link OutboxPort.step}.
   */
  open(url: string, conversation: string, port: OutboxPort): (input: OutboxInput) => void;
  /** The client is closed. What waits is kept, for its next `connect`. */
  close(): void;
}

/** The conversation, as its keeper sees it. */
export interface OutboxPort {
  /** Drives the outbox in memory. @returns The event that was written, if one was. */
  step(input: OutboxInput): EventSubmission | undefined;
  /** Shows an own event that waits, unless it is shown already, and opens an exchange for it. */
  show(event: EventSubmission): void;
  /** Notes where an own event is on its way. */
  mark(id: string, delivery: DeliveryState, error?: Failure): void;
  /** The relay has an event. */
  settle(id: string, where: Accepted): void;
  /** Ends the exchange of an event. */
  drop(id: string, error: ClientError): void;
  /** Whom the relay takes the participant for; `undefined` before the first welcome. */
  identity(): string | undefined;
}
