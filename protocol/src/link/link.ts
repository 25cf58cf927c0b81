import type { Parsed, Parser } from '../codec.ts';
import type { Hello, RelayToAgent, RelayToClient, Welcome } from '../generated/frames.ts';
import { subprotocol } from '../versions.ts';
import { type Backoff, defaultBackoff } from './backoff.ts';
import { type LinkEffect, type LinkInput, type LinkPolicy, type LinkState, stepLink } from './machine.ts';

/** The part of the standard WebSocket that a link uses; the browser's, Node's and `ws`'s all fit. */
export interface LinkSocket {
  readonly readyState: number;
  readonly bufferedAmount: number;
  readonly protocol: string;
  send(text: string): void;
  close(code?: number, reason?: string): void;
  onopen: (() => void) | null;
  onmessage: ((message: { data: unknown }) => void) | null;
  onclose: ((close: { code: number; reason: string }) => void) | null;
  onerror: ((error: { message?: string }) => void) | null;
}

/** Makes a socket; it must not throw for a URL that is merely unreachable. */
export type OpenSocket = (url: string, subprotocols: readonly string[]) => LinkSocket;

/** One text message, as it crossed the socket. */
export interface Traffic {
  readonly direction: 'to-relay' | 'from-relay';
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
  readonly onState: (state: LinkState) => void;
  readonly onWelcome: (welcome: Welcome) => void;
  /** Every frame but `welcome`, `ping` and `bye`. */
  readonly onFrame: (frame: Exclude<In, { type: 'welcome' | 'ping' | 'bye' }>) => void;
  /** A frame that is no legal one (`fault`), or of an unknown type (`unknown`); the connection goes on. */
  readonly onIgnored?: (parsed: Exclude<Parsed<In>, { status: 'frame' }>) => void;
  readonly onTraffic?: (traffic: Traffic) => void;
  /** Takes over a peer that did not select the subprotocol, message by message. Absent: such a peer is left. */
  readonly onLegacyMessage?: (text: string) => void;
}

/** A connection to the relay that comes back by itself. */
export interface Link {
  readonly state: LinkState;
  /** Whether the peer speaks the tutorial's wire. */
  readonly legacy: boolean;
  /** Bytes that wait in the socket. */
  readonly bufferedAmount: number;
  start(): void;
  /** Ends the connection for good; `start` begins anew. */
  stop(): void;
  /** Tries at once instead of waiting out the backoff. */
  wake(): void;
  /** Hands a text to the socket. @returns Whether the link was ready; a `false` means that nothing was written. */
  write(text: string): boolean;
}

const open = 1;

/** Makes a link in state `idle`. */
export function createLink<In extends RelayToClient | RelayToAgent>(options: LinkOptions<In>): Link {
  const policy: LinkPolicy = {
    backoff: options.backoff ?? defaultBackoff,
    patienceMs: options.patienceMs ?? 10_000,
    stableMs: 10_000,
  };
  let state: LinkState = { status: 'idle' };
  let socket: LinkSocket | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let token: string | undefined;
  let lastFrameAt = 0;
  let legacy = false;
  /** Grows with each attempt, so that what an abandoned attempt still yields is known for it. */
  let attempt = 0;

  /** Inputs that arise while one is being taken wait their turn, so that every listener sees the states in order. */
  const inputs: LinkInput[] = [];
  let busy = false;

  function take(input: LinkInput): void {
    inputs.push(input);
    if (busy) return;
    busy = true;
    try {
      for (let head = inputs.shift(); head !== undefined; head = inputs.shift()) {
        const [next, effects] = stepLink(state, head, policy);
        const changed = next !== state;
        state = next;
        for (const effect of effects) perform(effect);
        if (changed) options.onState(state);
      }
    } finally {
      busy = false;
    }
  }

  function perform(effect: LinkEffect): void {
    switch (effect.type) {
      case 'prepare':
        return void prepare(++attempt);
      case 'open':
        return connect(attempt);
      case 'greet':
        if (legacy) return take({ type: 'welcomed', heartbeat: undefined, now: Date.now() });
        return transmit(JSON.stringify(options.hello(token)));
      case 'drop':
        attempt++;
        return dropSocket(effect.loss.code === 1000 ? 1000 : 4501, effect.loss.reason);
      case 'timer':
        clearTimeout(timer);
        timer = setTimeout(
          () => take({ type: 'timeout', now: Date.now(), lastFrameAt, random: Math.random() }),
          effect.ms,
        );
        return;
      case 'cancel-timer':
        return clearTimeout(timer);
    }
  }

  async function prepare(current: number): Promise<void> {
    try {
      const fetched = await options.token?.();
      if (current !== attempt) return;
      token = fetched;
      take({ type: 'prepared' });
    } catch (error) {
      if (current === attempt) lose(0, `no token: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  function connect(current: number): void {
    let failure = 'connection failed';
    try {
      socket = options.openSocket(options.url, legacy ? [] : [subprotocol]);
    } catch (error) {
      return lose(0, error instanceof Error ? error.message : String(error));
    }
    socket.onopen = () => {
      if (current === attempt) take({ type: 'opened' });
    };
    socket.onmessage = ({ data }) => {
      if (current === attempt && typeof data === 'string') read(data);
    };
    socket.onerror = ({ message }) => {
      if (message !== undefined && message !== '') failure = message;
    };
    socket.onclose = ({ code, reason }) => {
      if (current !== attempt) return;
      socket = undefined;
      const before = legacy;
      if (state.status === 'connecting') legacy = !legacy && refusesSubprotocol(failure);
      lose(
        code === 1006 || code === 1005 ? 0 : code,
        reason || failure,
        legacy && !before ? 0 : Math.random(),
      );
    };
  }

  /** `ws` says so; browsers do not tell. */
  const refusesSubprotocol = (failure: string): boolean =>
    options.onLegacyMessage !== undefined && failure === 'Server sent no subprotocol';

  const lose = (code: number, reason: string, random = Math.random()): void =>
    take({ type: 'lost', loss: { code, reason }, now: Date.now(), random });

  function dropSocket(code: number, reason: string): void {
    const dropped = socket;
    socket = undefined;
    if (dropped === undefined) return;
    dropped.onopen = dropped.onmessage = dropped.onclose = null;
    dropped.onerror = () => {};
    dropped.close(code, reason);
  }

  function read(text: string): void {
    lastFrameAt = Date.now();
    options.onTraffic?.({ direction: 'from-relay', text, at: lastFrameAt });
    if (legacy) return options.onLegacyMessage?.(text);
    const parsed: Parsed<RelayToClient | RelayToAgent> = options.parse(text);
    if (parsed.status !== 'frame') return options.onIgnored?.(parsed);
    const { frame } = parsed;
    switch (frame.type) {
      case 'welcome':
        if (state.status !== 'greeting') return;
        take({ type: 'welcomed', heartbeat: frame.heartbeat, now: lastFrameAt });
        return options.onWelcome(frame);
      case 'ping':
        return transmit(JSON.stringify({ type: 'pong', ...(frame.id !== undefined && { id: frame.id }) }));
      case 'bye':
        return take({
          type: 'bye',
          ...(frame.reconnectAfterMs !== undefined && { reconnectAfterMs: frame.reconnectAfterMs }),
        });
      default:
        return options.onFrame(frame as Exclude<In, { type: 'welcome' | 'ping' | 'bye' }>);
    }
  }

  function transmit(text: string): void {
    if (socket?.readyState !== open) return;
    socket.send(text);
    options.onTraffic?.({ direction: 'to-relay', text, at: Date.now() });
  }

  return {
    get state() {
      return state;
    },
    get legacy() {
      return legacy;
    },
    get bufferedAmount() {
      return socket?.bufferedAmount ?? 0;
    },
    start: () => take({ type: 'start' }),
    stop: () => take({ type: 'stop' }),
    wake: () => take({ type: 'wake' }),
    write(text) {
      if (state.status !== 'ready' || socket?.readyState !== open) return false;
      transmit(text);
      return true;
    },
  };
}
