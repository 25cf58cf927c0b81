/**
 * Chat with an OpenClaw agent from any frontend: connects to a relay, reconnects by itself, sends each event once and
 * shows each reply once, as it streams.
 *
 * @packageDocumentation
 */
export {
  type Client,
  type ClientEvents,
  type ClientOptions,
  createClient,
  type WebSocketConstructor,
} from './client.ts';
export type { ClientStatus } from './client-status.ts';
export type {
  Conversation,
  ConversationEvents,
  ConversationFrame,
  LogPosition,
  SendOptions,
} from './conversation.ts';
export { ClientError, type ClientErrorCode, isClientError } from './errors.ts';
export type { Accepted, Exchange, Outcome } from './exchange.ts';
export type {
  Chunk,
  ConversationState,
  DeliveryState,
  EndedTurn,
  Failure,
  Message,
  RunningTurn,
} from './message.ts';
export type { OutboxInput } from './outbox.ts';
export type { OutboxKeeper, OutboxPort } from './outbox-keeper.ts';
