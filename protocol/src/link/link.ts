import type { closeCodes } from '../close-codes.ts';
import { encode, type Parsed, type Parser } from '../codec.ts';
import type { Hello, RelayToAgent, RelayToClient, Welcome } from '../generated/frames.ts';
import { subprotocol } from '../versions.ts';
import { type Backoff, defaultBackoff } from './backoff.ts';
import { type LinkAction, type LinkInput, type LinkPolicy, type LinkState, stepLink } from './machine.ts';

/** The part of the standard WebSocket that a link uses; the browser's, Node's and `ws`'s all fit. */
export interface LinkSocket {
  /** 1 while it is open, as in the standard. */
  readonly readyState: number;
  /** Bytes that wait to be sent. */
  readonly bufferedAmount: number;
  /** Sends one text message. */
  send(text: string): void;
  /** Ends the connection, or the attempt. */
  close(code?: number, reason?: string): void;
  /** The connection stands. */
  onopen: (() => void) | null;
  /** A message came; only text is a frame. */
  onmessage: ((message: { data: unknown }) => void) | null;
  /** The connection has ended, or the attempt failed. */
  onclose: ((close: { code: number; reason: string }) => void) | null;
  /** Why it is about to end, where the platform tells. */
  onerror: ((error: { message?: string }) => void) | null;
}

/** Makes a socket; it must not throw for a URL that is merely unreachable. */
export type OpenSocket = (url: string, subprotocols: readonly string[]) => LinkSocket;

/** One text message, as it crossed the socket. A token that it held is left out. */
export interface Traffic {
  /** Which way it went. */
  readonly direction: 'to-relay' | 'from-relay';
  /** The message. */
  readonly text: string;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly at: number;
}

/** What a link needs to know and whom it tells. */
export interface LinkOptions<In extends RelayToClient | RelayToAgent> {
  readonly url: string;
  readonly openSocket: OpenSocket;
  readonly parse: Parser<In>;
  /** Fetches the token, anew for each attempt. A rejection counts as a failed attempt. */
  readonly token?: () => string | undefined | Promise<string | undefined>;
  /** Builds the first frame, with the cursors of that moment. */
  readonly hello: (token: string | undefined) => Hello;
  /** @default {minMs: 500, maxMs: 30000} */
  readonly backoff?: Backoff;
  /** Longest wait for token, socket and `welcome`, each, in milliseconds. @default 10000 */
  readonly patienceMs?: number;
  /** The status has changed. */
  readonly onState: (state: LinkState) => void;
  /** The relay has welcomed this side; the link is ready already, `onState` follows. */
  readonly onWelcome: (welcome: Welcome) => void;
  /** Every frame but `welcome`, `ping` and `bye`. */
  readonly onFrame: (frame: Exclude<In, { type: 'welcome' | 'ping' | 'bye' }>) => void;
  /** A frame that is no legal one (`fault`), or of an unknown type (`unknown`); the connection goes on. */
  readonly onIgnored?: (parsed: Exclude<Parsed<In>, { status: 'frame' }>) => void;
  /** A text message crossed the socket. */
  readonly onTraffic?: (traffic: Traffic) => void;
}

/** A connection to the relay that comes back by itself. */
export interface Link {
  readonly state: LinkState;
  /** Bytes that wait in the socket. */
  readonly bufferedAmount: number;
  /** Begins to connect, unless it does already. */
  start(): void;
  /** Ends the connection for good; `start` begins anew. */
  stop(): void;
  /** Tries at once instead of waiting out the backoff; a link that is ready asks for a sign of life. */
  wake(): void;
  /** Hands a text to the socket. @returns Whether the link was ready; a `false` means that nothing was written. */
  write(text: string): boolean;
}

/** The token of a `hello` or `auth`; within a string its quotes would be escaped. */
const secret = /"token":"(\\.|[^"\\])*"/;
/** `WebSocket.OPEN` */
const isOpen = 1;
/** Longest time that `setTimeout` can wait. */
const longestMs = 2 ** 31 - 1;
const heartbeatTimeout: typeof closeCodes.heartbeatTimeout = 4501;

/** Makes a link in state `idle`. */
export function createLink<In extends RelayToClient | RelayToAgent>(options: LinkOptions<In>): Link {
  const { backoff = defaultBackoff, patienceMs = 10_000, onTraffic } = options;
  const policy: LinkPolicy = { backoff, patienceMs };
  let state: LinkState = { status: 'idle' };
  let socket: LinkSocket | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let token: string | undefined;
  let lastFrameAt = 0;
  /** Grows with each attempt, so that what an abandoned attempt still yields is known for it. */
  let attempt = 0;

  /** Inputs that arise while one is being taken wait their turn, so that every listener sees the states in order. */
  const inputs: LinkInput[] = [];

  function take(input: LinkInput): void {
    if (inputs.push(input) > 1) return;
    try {
      for (const head of inputs) {
        const before = state;
        const [next, timerMs, action] = stepLink(state, head, policy);
        state = next;
        if (timerMs !== undefined) setTimer(timerMs);
        if (action) actions[action]();
        if (head.type === 'welcomed' && next !== before) options.onWelcome(head.welcome);
        if (next.status !== before.status) options.onState(next);
      }
    } finally {
      inputs.length = 0;
    }
  }

  const actions: Record<LinkAction, () => void> = { prepare, open, greet, probe, drop };

  function setTimer(ms: number): void {
    clearTimeout(timer);
    if (ms === Infinity) return;
    // One turn later, so that frames that came while this thread was busy count before their absence does.
    timer = setTimeout(
      () => {
        timer = setTimeout(expire);
      },
      Math.min(ms, longestMs),
    );
  }

  const expire = (): void => take({ type: 'timeout', now: Date.now(), lastFrameAt, random: Math.random() });
  const lose = (code: number, reason: string): void =>
    take({ type: 'lost', loss: { code, reason }, now: Date.now(), random: Math.random() });

  async function prepare(): Promise<void> {
    const current = ++attempt;
    try {
      const fetched = await options.token?.();
      if (current === attempt) token = fetched;
    } catch (error) {
      if (current === attempt) return lose(0, `no token: ${error}`);
    }
    if (current === attempt) take({ type: 'prepared' });
  }

  function open(): void {
    let failure = 'connection failed';
    try {
      socket = options.openSocket(options.url, [subprotocol]);
    } catch (error) {
      return lose(0, `${error}`);
    }
    socket.onopen = () => take({ type: 'opened' });
    // A binary message is no frame; it is read as an empty one, which is refused.
    socket.onmessage = ({ data }) => read(typeof data === 'string' ? data : '');
    socket.onerror = ({ message }) => {
      failure = message || failure;
    };
    socket.onclose = ({ code, reason }) => {
      socket = undefined;
      lose(code === 1006 || code === 1005 ? 0 : code, reason || failure);
    };
  }

  function drop(): void {
    attempt++;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.onerror = () => {};
    socket.close(state.status === 'closed' ? 1000 : heartbeatTimeout);
    socket = undefined;
  }

  function greet(): void {
    transmit(encode(options.hello(token)));
  }

  function probe(): void {
    transmit(encode({ type: 'ping' }));
  }

  function read(text: string): void {
    lastFrameAt = Date.now();
    onTraffic?.({ direction: 'from-relay', text, at: lastFrameAt });
    const parsed: Parsed<RelayToClient | RelayToAgent> = options.parse(text);
    if (parsed.status !== 'frame') return options.onIgnored?.(parsed);
    const { frame } = parsed;
    switch (frame.type) {
      case 'welcome':
        return take({ type: 'welcomed', welcome: frame, now: lastFrameAt });
      case 'ping':
        return void transmit(encode({ ...frame, type: 'pong' }));
      case 'bye':
        return take(frame);
      default:
        return options.onFrame(frame as Exclude<In, { type: 'welcome' | 'ping' | 'bye' }>);
    }
  }

  function transmit(text: string): boolean {
    if (socket?.readyState !== isOpen) return false;
    socket.send(text);
    onTraffic?.({ direction: 'to-relay', text: text.replace(secret, '"token":"…"'), at: Date.now() });
    return true;
  }

  return {
    get state() {
      return state;
    },
    get bufferedAmount() {
      return socket?.bufferedAmount ?? 0;
    },
    start: () => take({ type: 'start' }),
    stop: () => take({ type: 'stop' }),
    wake: () => take({ type: 'wake', now: Date.now() }),
    write: (text) => state.status === 'ready' && transmit(text),
  };
}
