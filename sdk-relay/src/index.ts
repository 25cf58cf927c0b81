/**
 * The relay between frontends and an OpenClaw agent.
 *
 * @packageDocumentation
 */
export { agentTokens } from './agent-tokens.ts';
export type { FileOptions } from './files/file-options.ts';
export type { ByteRange, FileRecord, FileStore } from './files/file-store.ts';
export { folderFiles } from './files/folder-files.ts';
export { memoryFiles } from './files/memory-files.ts';
export type { AgentIdentity, Authenticate, Credentials, ParticipantIdentity } from './identity.ts';
export type { Logger } from './logger.ts';
export type { RelayLimits, RelayOptions } from './options.ts';
export type { Rate } from './rate-limit.ts';
export { createRelay, type ListenOptions, type Relay } from './relay.ts';
export type { RelayStats } from './stats.ts';
export { defaultStoreBounds, type StoreBounds } from './store/bounds.ts';
export { memoryStore } from './store/memory.ts';
export {
  type Append,
  type Appended,
  type Awaitable,
  type Expired,
  type LogState,
  type Page,
  type Store,
  type StoredFrame,
  stamp,
  type Waiting,
} from './store/store.ts';
