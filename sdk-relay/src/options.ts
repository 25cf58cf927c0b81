import type { IncomingMessage } from 'node:http';
import { limits } from '@websocket-channel/protocol';
import { agentTokens } from './agent-tokens.ts';
import { timesWithDefaults, withDefaults } from './defaults.ts';
import { developmentAgent, developmentParticipant } from './development.ts';
import { type FileOptions, resolveFileOptions } from './files/file-options.ts';
import type { AgentIdentity, Authenticate, ParticipantIdentity } from './identity.ts';
import { type Logger, silentLogger } from './logger.ts';
import type { Rate } from './rate-limit.ts';
import { memoryStore } from './store/memory.ts';
import type { Store } from './store/store.ts';

/** How a relay is set up. Times are milliseconds. */
export interface RelayOptions {
  /** Tells who a participant is. Required, unless in development mode. */
  readonly authenticate?: Authenticate<ParticipantIdentity>;
  /** Tells which account an agent is. Required, unless `agentTokens` are given or in development mode. */
  readonly authenticateAgent?: Authenticate<AgentIdentity>;
  /** The token of each agent account, instead of `authenticateAgent`. */
  readonly agentTokens?: Readonly<Record<string, string>>;
  /**
   * Allows a conversation that is neither the participant's own nor named by its identity. What has to be looked up
   * belongs into `authenticate`, which may take its time.
   */
  readonly authorize?: (identity: ParticipantIdentity, conversation: string) => boolean;
  /**
   * For trying things out on one machine: participants name themselves, the agent `default` needs no token, and only
   * loopback peers and pages are let in, none that came through a proxy. @default false
   */
  readonly development?: boolean;
  /** Serves peers that do not select the subprotocol as the tutorial's relay does. @default false */
  readonly legacy?: boolean;
  /**
   * Pages that may connect: their origins, `'*'` for any, or a function. A page of the relay's own origin always may,
   * and so may what is no page and sends no `Origin`. @default []
   */
  readonly origins?: readonly string[] | ((origin: string, request: IncomingMessage) => boolean);
  /** Where clients and agents connect. @default {clients: '/', agents: '/openclaw'} */
  readonly paths?: { readonly clients?: string; readonly agents?: string };
  /** The address that connections are counted by; behind a proxy, take it from its header. @default the peer's */
  readonly address?: (request: IncomingMessage) => string;
  /** Where logs and mailboxes live. It is closed with the relay. @default memoryStore() */
  readonly store?: Store;
  /** Keeps files that participants and agents attach. @default none are kept */
  readonly files?: FileOptions;
  /** A `pino` logger or the like. @default none */
  readonly logger?: Logger;
  /** When connections are pinged and given up. @default {intervalMs: 15000, graceMs: 10000} */
  readonly heartbeat?: { readonly intervalMs?: number; readonly graceMs?: number };
  /** How long a new connection may take to say `hello`. @default 5000 */
  readonly helloTimeoutMs?: number;
  /** How long a token may take to be examined. @default 5000 */
  readonly authenticationTimeoutMs?: number;
  /** How long peers may take to leave when the relay closes, and when they are told to come back. @default {timeoutMs: 2000, reconnectAfterMs: 1000} */
  readonly drain?: { readonly timeoutMs?: number; readonly reconnectAfterMs?: number };
  /** How often what is too old or out of use is dropped. @default 10000 */
  readonly sweepIntervalMs?: number;
  /** What the relay takes and holds. */
  readonly limits?: RelayLimits;
}

/** Bounds of a relay. */
export interface RelayLimits {
  /** UTF-8 bytes of one frame; four times as many end the connection. @default 1048576 */
  readonly frameBytes?: number;
  /** Code points of `content`. @default 262144 */
  readonly contentLength?: number;
  /** Connections in all. @default 10000 */
  readonly connections?: number;
  /** Connections per address, an IPv6 network of 64 bits being one. @default 256 */
  readonly connectionsPerAddress?: number;
  /** Connections per participant. @default 32 */
  readonly connectionsPerIdentity?: number;
  /** Conversations that one connection may attach. @default 256 */
  readonly attachments?: number;
  /** Bytes that may wait for a peer to read them; if they are more, the next frame drops it. @default 1048576 */
  readonly bufferedBytes?: number;
  /** Bytes that may wait before live frames are left out. @default 131072 */
  readonly liveBufferedBytes?: number;
  /** Events per participant. @default {burst: 20, perMs: 10000} */
  readonly events?: Rate;
  /** Other frames per participant. @default {burst: 200, perMs: 10000} */
  readonly frames?: Rate;
  /** Frames that may be wrong per connection before it is dropped. @default {count: 20, perMs: 10000} */
  readonly faults?: { readonly count: number; readonly perMs: number };
}

/** Options of a relay with nothing left open. */
export interface ResolvedOptions {
  readonly authenticate: Authenticate<ParticipantIdentity>;
  readonly authenticateAgent: Authenticate<AgentIdentity>;
  readonly authorize: (identity: ParticipantIdentity, conversation: string) => boolean;
  readonly development: boolean;
  /** Whether participants are who they say they are. */
  readonly guests: boolean;
  readonly legacy: boolean;
  readonly origins: readonly string[] | ((origin: string, request: IncomingMessage) => boolean);
  readonly paths: { readonly clients: string; readonly agents: string };
  readonly address: (request: IncomingMessage) => string;
  readonly store: Store;
  readonly files: Required<FileOptions> | undefined;
  readonly logger: Logger;
  readonly heartbeat: { readonly intervalMs: number; readonly graceMs: number };
  readonly helloTimeoutMs: number;
  readonly authenticationTimeoutMs: number;
  readonly drain: { readonly timeoutMs: number; readonly reconnectAfterMs: number };
  readonly sweepIntervalMs: number;
  readonly limits: Required<RelayLimits>;
}

/**
 * Fills in what was left open.
 *
 * @throws {TypeError} If the options leave the relay open to anybody, or contradict one another.
 */
export function resolveOptions(options: RelayOptions): ResolvedOptions {
  const development = options.development ?? false;
  const authenticate = options.authenticate ?? (development ? developmentParticipant : undefined);
  const authenticateAgent =
    options.authenticateAgent ??
    (options.agentTokens !== undefined ? agentTokens(options.agentTokens) : undefined) ??
    (development ? developmentAgent : undefined);
  if (authenticate === undefined || authenticateAgent === undefined) {
    const missing = authenticate === undefined ? '`authenticate`' : '`authenticateAgent` or `agentTokens`';
    throw new TypeError(
      `createRelay: ${missing} is missing, so that anybody could connect; on a machine of your own, \`development: true\` allows that to loopback peers`,
    );
  }
  const paths = withDefaults('createRelay: paths.', { clients: '/', agents: '/openclaw' }, options.paths);
  for (const peer of ['clients', 'agents'] as const) {
    if (!/^\/[^?#\s]*$/.test(paths[peer])) {
      throw new TypeError(`createRelay: paths.${peer} must be a path such as /relay`);
    }
  }
  if (paths.clients === paths.agents) throw new TypeError('createRelay: both paths are the same');
  if (Array.isArray(options.origins)) options.origins.forEach(checkOrigin);
  return {
    authenticate,
    authenticateAgent,
    authorize: options.authorize ?? (() => false),
    development,
    guests: options.authenticate === undefined,
    legacy: options.legacy ?? false,
    origins: options.origins ?? [],
    paths,
    address: options.address ?? ((request) => request.socket.remoteAddress ?? ''),
    store: options.store ?? memoryStore(),
    files: options.files && resolveFileOptions(options.files),
    logger: options.logger ?? silentLogger,
    heartbeat: timesWithDefaults(
      'createRelay: heartbeat.',
      { intervalMs: 15_000, graceMs: 10_000 },
      options.heartbeat,
    ),
    ...withDefaults('createRelay: ', { helloTimeoutMs: 5000, sweepIntervalMs: 10_000 }, options),
    ...timesWithDefaults('createRelay: ', { authenticationTimeoutMs: 5000 }, options),
    drain: timesWithDefaults(
      'createRelay: drain.',
      { timeoutMs: 2000, reconnectAfterMs: 1000 },
      options.drain,
    ),
    limits: resolveLimits(options.limits),
  };
}

/** Refuses what no browser says of a page, and would therefore let nobody in. */
function checkOrigin(origin: string): void {
  if (origin === '*' || origin === 'null') return;
  const url = URL.parse(origin);
  // Of schemes that are not the web's, `URL` knows no origin.
  const meant = url?.origin === 'null' && url.host !== '' ? `${url.protocol}//${url.host}` : url?.origin;
  if (origin === meant && meant !== 'null') return;
  const hint = meant === undefined || meant === 'null' ? 'such as https://app.example' : `perhaps ${meant}`;
  throw new TypeError(`createRelay: \`${origin}\` is no origin, ${hint}`);
}

function resolveLimits(given: RelayLimits | undefined): Required<RelayLimits> {
  const where = 'createRelay: limits.';
  const numbers = {
    frameBytes: limits.frameBytes as number,
    contentLength: limits.contentLength as number,
    connections: 10_000,
    connectionsPerAddress: 256,
    connectionsPerIdentity: 32,
    attachments: 256,
    bufferedBytes: 1024 * 1024,
    liveBufferedBytes: 128 * 1024,
  };
  const resolved: Required<RelayLimits> = {
    ...withDefaults(where, numbers, given),
    events: withDefaults(`${where}events.`, { burst: 20, perMs: 10_000 }, given?.events),
    frames: withDefaults(`${where}frames.`, { burst: 200, perMs: 10_000 }, given?.frames),
    faults: withDefaults(`${where}faults.`, { count: 20, perMs: 10_000 }, given?.faults),
  };
  const within = (name: 'frameBytes' | 'contentLength', least: number): void => {
    const value = resolved[name];
    if (!Number.isInteger(value) || value < least || value > limits[name]) {
      throw new TypeError(
        `createRelay: limits.${name} must be a whole number from ${least} to ${limits[name]}`,
      );
    }
  };
  within('frameBytes', 1024);
  within('contentLength', 1);
  return resolved;
}
