import {
  type AgentToRelay,
  type Cancel,
  type Capability,
  type Command,
  type Event,
  encode,
  limits,
  mintId,
  type Parsed,
  type Received,
  type RelayToAgent,
  type Signal,
  versions,
  type Welcome,
} from '@websocket-channel/protocol';
import { parseRelayToAgent } from '@websocket-channel/protocol/agent';
import { createLegacyLink, encodeLegacyReply, parseLegacyEvent } from '@websocket-channel/protocol/legacy';
import type { Backoff, LinkState } from '@websocket-channel/protocol/link';
import { createDelivery, type DeliveryOptions } from './delivery.ts';
import { ChannelError, messageOf, printable } from './errors.ts';
import type { Log } from './log.ts';
import { openSocket } from './open-socket.ts';
import type { DurableFrame, Outbox, OutboxEntry } from './outbox.ts';
import type { RelayMemory } from './relay-memory.ts';

/** A frame that is merely lost when the relay is away. */
export type LiveFrame = Extract<AgentToRelay, { type: 'reply' | 'turn' }> | Signal | Received;

/** What a transport needs to know and whom it tells. */
export interface TransportOptions {
  readonly relayUrl: string;
  readonly token?: string | undefined;
  /** Id of the account. */
  readonly source: string;
  /** Display name of the agent. */
  readonly name?: string | undefined;
  readonly stream: 'token' | 'block' | 'none';
  /** What the agent does on command, asked for each connection. */
  readonly commands: () => readonly Command[];
  readonly version: string;
  readonly outbox: Outbox;
  readonly memory: RelayMemory;
  readonly log: Log;
  readonly onState: (state: LinkState) => void;
  readonly onEvent: (event: Event) => void;
  readonly onCancel: (cancel: Cancel) => void;
  /** The relay has a durable frame, in the log of that epoch. */
  readonly onStored: (id: string, epoch: string) => void;
  /** Told of each durable frame that was taken. */
  readonly onDurable: () => void;
  readonly backoff?: Backoff;
  /** How long a relay that never acknowledged anything may take to do so, in milliseconds. @default 3000 */
  readonly graceMs?: number;
  /** How long a relay may leave `hello` unanswered before it is taken for one that speaks v0, in milliseconds. @default 3000 */
  readonly legacyAfterMs?: number;
}

/** The connection of one agent to its relay. */
export interface Transport {
  readonly state: LinkState;
  /** Another one with each connection that got ready, also of another transport; none before the first. */
  readonly session: symbol | undefined;
  /** Whether the relay speaks the tutorial's wire. */
  readonly legacy: boolean;
  readonly limits: Welcome['limits'];
  /** Where the relay keeps files, if it does. */
  readonly files: Welcome['files'];
  /** Bytes that wait in the socket. */
  readonly bufferedAmount: number;
  /** Milliseconds that the relay takes to answer; absent when it is away, does not answer in time, or speaks v0. */
  roundTrip(timeoutMs: number): Promise<number | undefined>;
  /** Whether the relay reads frames of a capability. */
  reads(capability: Capability): boolean;
  start(): void;
  stop(): void;
  /** Writes a frame. @returns Whether it was written. */
  live(frame: LiveFrame): boolean;
  /**
   * Writes frames, all or none, once the relay has the earlier ones of their conversation, and again after each reconnect,
   * until the relay has them.
   *
   * @returns Resolves when the relay has them all, rejects when it refuses one.
   * @throws {ChannelError} `outbox_full`
   */
  durable(...frames: readonly DurableFrame[]): Promise<void>;
}

/** Makes a transport that is not started yet. */
export function createTransport(options: TransportOptions): Transport {
  const { outbox, log, graceMs = 3000 } = options;
  let session: symbol | undefined;
  let welcome: Welcome | undefined;
  let ignored = 0;
  const pongs = new Map<string, () => void>();

  const link = createLegacyLink({
    url: options.relayUrl,
    openSocket,
    parse: parseRelayToAgent,
    token: () => options.token,
    hello: (token) => ({
      type: 'hello',
      role: 'agent',
      versions: [...versions],
      source: options.source,
      software: { name: 'channel-plugin', version: options.version },
      stream: options.stream,
      commands: [...options.commands()],
      ...(token !== undefined && { token }),
      ...(options.name !== undefined && { name: options.name }),
    }),
    ...(options.backoff !== undefined && { backoff: options.backoff }),
    ...(options.legacyAfterMs !== undefined && { legacyAfterMs: options.legacyAfterMs }),
    onState(state) {
      if (state.status === 'ready') return;
      delivery.close();
      options.onState(state);
    },
    onWelcome: (frame) => open(link.legacy ? undefined : frame),
    onFrame(frame) {
      switch (frame.type) {
        case 'event':
          delivery.observe(frame.seq !== undefined);
          return guard(() => options.onEvent(frame));
        case 'cancel':
          return guard(() => options.onCancel(frame));
        case 'ack':
          guard(() => options.onStored(frame.id, frame.epoch));
          return delivery.settle(frame.id);
        case 'error':
          return onError(frame);
        case 'pong':
          if (frame.id !== undefined) pongs.get(frame.id)?.();
          return;
        case 'auth':
        case 'signal':
          return;
      }
    },
    onIgnored: (parsed) => ignore(describe(parsed)),
    onLegacyMessage(text) {
      // What waited while the relay was only presumed to speak v0.
      delivery.open();
      const parsed = parseLegacyEvent(text, 'relay');
      if (parsed.status === 'frame') guard(() => options.onEvent(parsed.frame));
      else ignore(describe(parsed));
    },
  });

  const delivery = createDelivery({
    outbox,
    memory: options.memory,
    log,
    graceMs,
    write,
    ask: async (withinMs) => (await roundTrip(withinMs)) !== undefined,
  });

  function open(frame: Welcome | undefined): void {
    welcome = frame;
    session = Symbol('session');
    guard(() => options.onState(link.state));
    delivery.open();
  }

  /** What is thrown inside a socket's callback would end the Gateway. */
  function guard(handle: () => void): void {
    try {
      handle();
    } catch (error) {
      log.error(`Internal error: ${messageOf(error)}`);
    }
  }

  function onError(frame: Extract<RelayToAgent, { type: 'error' }>): void {
    const about = frame.ref === undefined ? '' : ` (${frame.ref})`;
    log.warn(`The relay reports ${frame.code}${about}: ${printable(frame.message)}`);
    if (frame.ref === undefined) return;
    const { ref, retryAfterMs = 1000 } = frame;
    const error = new ChannelError('refused', `The relay refuses the message: ${frame.code}`);
    if (frame.retryable) delivery.retry(ref, retryAfterMs);
    else if (frame.code === 'forbidden') delivery.disown(ref, error, retryAfterMs);
    else delivery.fail(ref, error);
  }

  function ignore(what: string): void {
    ignored += 1;
    if (Number.isInteger(Math.log10(ignored))) log.warn(`Ignored ${what} (${ignored} in all)`);
  }

  function write({ frame, text }: OutboxEntry): ReturnType<DeliveryOptions['write']> {
    if (!link.legacy) {
      const bytes = Buffer.byteLength(text);
      const { frameBytes } = welcome?.limits ?? limits;
      // A relay may end the connection for it, each time that it is written.
      if (bytes > frameBytes && isReady()) {
        return new ChannelError(
          'refused',
          `The message takes ${bytes} bytes; the relay reads ${frameBytes} bytes`,
        );
      }
      return link.write(text) ? 'written' : 'away';
    }
    // It may be one of v1 that is held up.
    if (link.presumed) return 'away';
    const legacyText = frame.type === 'reply' ? encodeLegacyReply(frame) : undefined;
    return legacyText === undefined || link.write(legacyText) ? 'done' : 'away';
  }

  async function roundTrip(timeoutMs: number): Promise<number | undefined> {
    const id = mintId();
    const { promise, resolve } = Promise.withResolvers<number | undefined>();
    const since = performance.now();
    const timer = setTimeout(() => resolve(undefined), timeoutMs);
    pongs.set(id, () => resolve(performance.now() - since));
    try {
      return !link.legacy && isReady() && link.write(encode({ type: 'ping', id }))
        ? await promise
        : undefined;
    } finally {
      clearTimeout(timer);
      pongs.delete(id);
    }
  }

  const isReady = (): boolean => session !== undefined && link.state.status === 'ready';

  return {
    get state() {
      return link.state;
    },
    get session() {
      return session;
    },
    get legacy() {
      return link.legacy;
    },
    get limits() {
      return welcome?.limits ?? limits;
    },
    get files() {
      return welcome?.files;
    },
    get bufferedAmount() {
      return link.bufferedAmount;
    },
    roundTrip,
    reads: (capability) => !link.legacy && (welcome?.capabilities?.includes(capability) ?? false),
    start: () => link.start(),
    stop: () => link.stop(),
    live: (frame) => !link.legacy && isReady() && link.write(encode(frame)),
    durable(...frames) {
      const stored = delivery.add(...frames);
      for (const _ of frames) guard(options.onDurable);
      return stored;
    },
  };
}

const describe = (parsed: Exclude<Parsed<unknown>, { status: 'frame' }>): string =>
  parsed.status === 'unknown'
    ? `a frame of unknown type ${JSON.stringify(parsed.type.slice(0, 64))}`
    : `a frame that is ${parsed.fault.code}: ${parsed.fault.message}`;
