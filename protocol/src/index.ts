/**
 * Protocol v1 of websocket-channel: types, constants and the codec. Validators are separate entries, one per
 * reader: `/client`, `/relay` and `/agent`; schemas are in `/schema`, the tutorial's wire in `/legacy`, the
 * reconnecting connection in `/link`.
 *
 * @packageDocumentation
 */
export { type Capability, capabilities, progressKinds } from './capabilities.ts';
export { type CloseCode, closeCodes, mayReconnect } from './close-codes.ts';
export { encode, type FrameFault, type Parsed, type Parser } from './codec.ts';
export { type ErrorCode, errorCodes } from './error-codes.ts';
export type {
  Ack,
  Action,
  AgentPresence,
  AgentToRelay,
  Attach,
  Attached,
  Attachment,
  Auth,
  AuthSubmission,
  Bye,
  Cancel,
  ClientToRelay,
  Command,
  Cursor,
  Detach,
  ErrorDetails,
  ErrorFrame,
  Event,
  EventSubmission,
  Files,
  Heartbeat,
  Hello,
  History,
  HistorySubmission,
  Identity,
  Limits,
  Ping,
  Pong,
  Receipt,
  Received,
  RelayToAgent,
  RelayToClient,
  Reply,
  ReplySubmission,
  Sender,
  Signal,
  Software,
  Turn,
  TurnError,
  TurnSubmission,
  Welcome,
} from './generated/frames.ts';
export { mintId } from './id.ts';
export { limits } from './limits.ts';
export { subprotocol, versions } from './versions.ts';
