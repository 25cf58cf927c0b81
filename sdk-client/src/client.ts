import {
  type Capability,
  type ErrorFrame,
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
  Loose,
  SendOptions,
} from './conversation.ts';
import { createConversation } from './conversation-control.ts';
import { createEmitter } from './events.ts';
import type { Exchange } from './exchange.ts';
import { version } from './version.ts';
import { onWake } from './wake.ts';

const capabilities: Capability[] = ['stream', 'signal', 'receipt'];
const attachments: typeof limits.attachments = 64;

/** How a client reaches its relay. */
export interface ClientOptions {
  /** The relay's client path: `ws://` or `wss://`. */
  readonly url: string;
  /** Proof of identity, or where to get it: fetched anew for each connection. */
  readonly token?: string | (() => string | undefined | Promise<string | undefined>);
  /** Name that a guest asks for, where the relay takes guests. */
  readonly source?: string;
  /** The default conversation. @default the participant's own, which the relay names */
  readonly conversation?: string;
  /** Whether the past of a conversation is asked for when it is attached first. @default 'all' */
  readonly replay?: 'all' | 'none';
  /** How long to wait between attempts to connect, in milliseconds. @default {minMs: 500, maxMs: 30000} */
  readonly backoff?: Backoff;
  /** Longest wait for token, socket and welcome, each, in milliseconds. @default 10000 */
  readonly patienceMs?: number;
  /** How many events of one conversation may wait for the relay. @default 256 */
  readonly outboxLimit?: number;
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
  /**
   * Connects, and stays connected until {@link Client.close}. Settles when the client is online for the first time.
   *
   * @throws {@link ClientError} when the relay refuses for good, or the client is closed first.
   */
  connect(): Promise<void>;
  /** Ends the connection; exchanges that wait fail with `closed`. `connect` begins anew. */
  close(): void;
  /** The conversation of that name, or the default one: always the same object for the same name. */
  conversation(name?: string): Conversation;
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
 * @throws `TypeError` for a URL that is none.
 */
export function createClient(options: ClientOptions): Client {
  const { token, source, outboxLimit = 256 } = options;
  new URL(options.url);
  const WebSocket = options.WebSocket ?? globalThis.WebSocket;
  const emitter = createEmitter<ClientEvents>();
  const controls: ConversationControl[] = [];
  let status: ClientStatus = { state: 'idle' };
  let connected = Promise.withResolvers<void>();
  let sleep: (() => void) | undefined;

  const host: ConversationHost = {
    outboxLimit,
    past: options.replay !== 'none',
    online: false,
    welcome: undefined,
    write: (frame) => link.write(JSON.stringify(frame)),
  };
  const main = open(options.conversation);

  function hello(fetched: string | undefined): Hello {
    const named = controls.filter(({ name }) => name).slice(0, attachments);
    return {
      type: 'hello',
      role: 'client',
      versions: [...versions],
      token: fetched,
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
    token: typeof token === 'function' ? token : () => token,
    onState,
    onWelcome,
    onFrame,
    onIgnored: (parsed) => emitter.emit('ignored', parsed),
    onTraffic: (traffic) => emitter.emit('traffic', traffic),
  });

  function open(name: string | undefined): ConversationControl {
    const control = createConversation(host, name);
    controls.push(control);
    return control;
  }

  function onWelcome(frame: Welcome): void {
    host.welcome = frame;
    host.online = true;
    main.name ??= frame.conversation;
    for (const { attach } of controls) attach();
  }

  function onFrame(frame: RelayToClient): void {
    const name = 'conversation' in frame ? frame.conversation : undefined;
    if (frame.type === 'attached') main.name ??= name;
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
      for (const control of controls) control.lose();
    }
    if (next.state === 'closed') {
      sleep?.();
      sleep = undefined;
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
    connect() {
      sleep ??= onWake(link.wake);
      link.start();
      return connected.promise;
    },
    close() {
      link.stop();
      for (const control of controls) control.close();
    },
    conversation(name) {
      if (name === undefined) return main.conversation;
      const known = controls.find((control) => control.name === name);
      if (known) return known.conversation;
      const { conversation, attach } = open(name);
      attach();
      return conversation;
    },
    send: (content, sendOptions) => main.conversation.send(content, sendOptions),
    cancel: (turn) => main.conversation.cancel(turn),
    on: emitter.on,
  };
}
