import {
  type Capability,
  type ErrorFrame,
  type Files,
  type Hello,
  type Identity,
  type limits,
  type Parsed,
  type RelayToClient,
  versions,
  type Welcome,
} from '@websocket-channel/protocol';
import { parseRelayToClient } from '@websocket-channel/protocol/client';
import {
  type Backoff,
  createLink,
  type LinkSocket,
  type LinkState,
  type Traffic,
} from '@websocket-channel/protocol/link';
import { type ClientStatus, refusal, statusOf } from './client-status.ts';
import type {
  Conversation,
  ConversationControl,
  ConversationHost,
  LogPosition,
  Loose,
  SendOptions,
} from './conversation.ts';
import { createConversation } from './conversation-control.ts';
import { createEmitter } from './events.ts';
import type { Exchange } from './exchange.ts';
import type { OutboxKeeper } from './outbox-keeper.ts';
import { createRenewal } from './renewal.ts';
import { version } from './version.ts';
import { onWake } from './wake.ts';

const attachments: typeof limits.attachments = 64;

/** How a client reaches its relay. */
export interface ClientOptions {
  /** The relay's client path: `ws://` or `wss://`. */
  readonly url: string;
  /**
   * Proof of identity, or where to get it. A function is called for each connection, and again while half of the token's time
   * is left, so that the connection goes on. An empty token counts as none.
   */
  readonly token?: string | (() => string | undefined | Promise<string | undefined>);
  /**
   * Name that a guest asks for, where the relay takes guests. It tells own messages among those that the application kept,
   * until the relay has said who the participant is.
   */
  readonly source?: string;
  /** The default conversation. @default the participant's own, which the relay names */
  readonly conversation?: string;
  /** Where the application's own copy of the default conversation ends: only what follows is asked for. */
  readonly cursor?: LogPosition;
  /** Whether the past of a conversation is asked for when it is attached first. @default 'all' */
  readonly replay?: 'all' | 'none';
  /** How long to wait between attempts to connect, in milliseconds. @default {minMs: 500, maxMs: 30000} */
  readonly backoff?: Backoff;
  /** Longest wait for token, socket and welcome, each, in milliseconds. @default 10000 */
  readonly patienceMs?: number;
  /** How many events of one conversation may wait for the relay. @default 256 */
  readonly outboxLimit?: number;
  /**
   * Keeps events that wait beyond this page or process: made by `@websocket-channel/sdk-client/indexeddb`, `/file` or `/storage`, for
   * this client alone. @default They are kept in memory.
   */
  readonly outbox?: OutboxKeeper;
  /**
   * What the application reads; the relay leaves out the rest. With `commands` among them, `conversation.agent.commands` lists what
   * the agent does on command. Without `signal` it is not told when the agent comes or goes.
   *
   * @default ['stream', 'signal', 'receipt']
   */
  readonly capabilities?: readonly Capability[];
  /** The WebSocket to use. @default globalThis.WebSocket */
  readonly WebSocket?: WebSocketConstructor;
}

/** The browser's WebSocket, Node's, or that of the package `ws`. */
export type WebSocketConstructor = new (url: string, subprotocols: string[]) => object;

/** What a client tells its listeners. */
export interface ClientEvents {
  status: ClientStatus;
  /** Every legal frame from the relay but `welcome`, `ping` and `bye`. */
  frame: RelayToClient;
  /** An `error` frame. */
  error: ErrorFrame;
  /** Every text message in either direction, with tokens left out. */
  traffic: Traffic;
  /** A message from the relay that is no legal frame, or of an unknown type. */
  ignored: Exclude<Parsed<RelayToClient>, { status: 'frame' }>;
}

/** A participant's connection to the relay. */
export interface Client {
  readonly status: ClientStatus;
  /** Who the relay takes the participant for; `undefined` before the first welcome. */
  readonly identity: Identity | undefined;
  /** Where the relay keeps files; `undefined` where it keeps none, and before the first welcome. */
  readonly files: Files | undefined;
  /**
   * Connects, and stays connected until {@link Client.close}. Settles when the client is online for the first time.
   *
   * @throws {@link ClientError} when the relay refuses for good, or the client is closed first.
   */
  connect(): Promise<void>;
  /** Ends the connection; exchanges that wait fail with `closed`. `connect` begins anew. */
  close(): void;
  /**
   * The conversation of that name, or the default one: always the same object for the same name.
   *
   * @param name 1 to 256 printable ASCII characters without spaces, such as `alice/work`.
   * @param cursor As {@link ClientOptions.cursor}, of a conversation that is opened first.
   * @throws `TypeError` for a name that is none.
   */
  conversation(name?: string, cursor?: LogPosition): Conversation;
  /** Sends to the default conversation. See {@link Conversation.send}. */
  send(content: string, options?: SendOptions): Exchange;
  /** Stops turns of the default conversation. See {@link Conversation.cancel}. */
  cancel(turn?: string): boolean;
  /** Adds a listener. @returns Removes it. */
  on<Name extends keyof ClientEvents>(name: Name, listener: (value: ClientEvents[Name]) => void): () => void;
}

/**
 * Makes a client. It does nothing before {@link Client.connect}.
 *
 * @throws `TypeError` for a URL, or a name of the default conversation, that is none.
 */
export function createClient(options: ClientOptions): Client {
  const {
    token,
    source,
    outbox,
    outboxLimit = 256,
    capabilities = ['stream', 'signal', 'receipt'],
  } = options;
  const { host: name, href: url } = new URL(options.url);
  // Without `ws://` the host is taken for the scheme.
  if (!name) throw TypeError(url);
  const WebSocket = options.WebSocket ?? globalThis.WebSocket;
  const emitter = createEmitter<ClientEvents>();
  const controls: ConversationControl[] = [];
  let status: ClientStatus = { state: 'idle' };
  let connected = Promise.withResolvers<void>();
  let sleep: (() => void) | undefined;
  const fetchToken = () => (typeof token === 'function' ? token() : token);

  const host: ConversationHost = {
    url,
    source,
    outbox,
    outboxLimit,
    past: options.replay !== 'none',
    online: false,
    welcome: undefined,
    write: (frame) => link.write(JSON.stringify(frame)),
  };
  const main = open(options.conversation, options.cursor);
  const renewal = createRenewal(async () => {
    const fresh = await fetchToken();
    if (fresh) host.write({ type: 'auth', token: fresh });
  });

  function hello(fetched: string | undefined): Hello {
    const named = controls.filter(({ name }) => name).slice(0, attachments);
    return {
      type: 'hello',
      role: 'client',
      versions: [...versions],
      token: fetched || undefined,
      source,
      capabilities,
      software: { name: 'sdk-client', version },
      // Without this member the relay attaches the participant's own conversation.
      attach: named[0] && named.map(({ cursor }) => cursor()),
    } as Loose<Hello> as Hello;
  }

  const link = createLink<RelayToClient>({
    ...options,
    parse: parseRelayToClient,
    openSocket: (address, subprotocols) => new WebSocket(address, subprotocols as string[]) as LinkSocket,
    hello,
    token: fetchToken,
    onState,
    onWelcome,
    onFrame,
    onIgnored: (parsed) => emitter.emit('ignored', parsed),
    onTraffic: (traffic) => emitter.emit('traffic', traffic),
  });

  function open(name?: string, cursor?: LogPosition): ConversationControl {
    // In the next `hello` another one would have the relay turn the client away for good. Absent, it reads as `undefined`.
    if (!/^[!-~]{1,256}$/.test(name!)) throw TypeError(name);
    const control = createConversation(host, name, cursor);
    controls.push(control);
    control.attach();
    return control;
  }

  function onWelcome(frame: Welcome): void {
    host.welcome = frame;
    host.online = true;
    if (typeof token === 'function') renewal(frame.tokenExpiresAt);
    main.name ??= frame.conversation ?? frame.identity.source;
    for (const { attach } of controls) attach();
  }

  function onFrame(frame: RelayToClient): void {
    const name = (frame as { readonly conversation?: string }).conversation;
    if (frame.type === 'auth') renewal(frame.tokenExpiresAt);
    for (const control of controls) {
      if (name === undefined ? control === main || frame.type === 'error' : control.name === name)
        control.take(frame);
    }
    emitter.emit('frame', frame);
    // Of the types of frames, only this one is the name of an event.
    emitter.emit(frame.type as 'error', frame as ErrorFrame);
  }

  function onState(state: LinkState): void {
    const next = statusOf(state);
    if (next.state === status.state) return;
    status = next;
    if (next.state === 'online') connected.resolve();
    else if (host.online) {
      host.online = false;
      renewal();
      for (const control of controls) control.lose();
    }
    if (next.state === 'closed') {
      sleep?.();
      connected.promise.catch(() => {});
      connected.reject(refusal(next.loss));
      connected = Promise.withResolvers();
    }
    emitter.emit('status', next);
  }

  return {
    get status() {
      return status;
    },
    get identity() {
      return host.welcome?.identity;
    },
    get files() {
      return host.welcome?.files;
    },
    connect() {
      sleep?.();
      sleep = onWake(link.wake);
      link.start();
      return connected.promise;
    },
    close() {
      link.stop();
      for (const control of controls) control.close();
      outbox?.close();
    },
    conversation(name, cursor) {
      const known = controls.find((control) => control.name === (name ?? main.name));
      return (known ?? open(name, cursor)).conversation;
    },
    send: main.conversation.send,
    cancel: main.conversation.cancel,
    on: emitter.on,
  };
}
