import { mayReconnect } from '../close-codes.ts';
import type { Welcome } from '../generated/frames.ts';
import { type Backoff, backoffDelay } from './backoff.ts';

/** Why a connection ended: a WebSocket close code (0 where there was none) and what is known beside it. */
export interface LinkLoss {
  readonly code: number;
  readonly reason: string;
}

/** Where a link is on its way to the relay. `attempt` counts the attempts in vain. */
export type LinkState =
  | { readonly status: 'idle' }
  /** Waiting for the token. */
  | { readonly status: 'preparing'; readonly attempt: number }
  /** Waiting for the socket. */
  | { readonly status: 'connecting'; readonly attempt: number }
  /** `hello` is out, `welcome` is awaited. */
  | { readonly status: 'greeting'; readonly attempt: number }
  | {
      readonly status: 'ready';
      readonly attempt: number;
      readonly since: number;
      /** Longest silence of the relay in milliseconds; `Infinity` where the relay announces none. */
      readonly silenceMs: number;
      /** When the relay was asked for a sign of life that has not come yet. */
      readonly probedAt?: number | undefined;
      /** When the relay wants the link back, in milliseconds from the loss. */
      readonly reconnectAfterMs?: number | undefined;
    }
  | {
      readonly status: 'waiting';
      readonly attempt: number;
      readonly delayMs: number;
      readonly loss: LinkLoss;
    }
  /** Ended by `stop`, or by a close code that forbids coming back. */
  | { readonly status: 'closed'; readonly loss?: LinkLoss };

/** What happens to a link. Times are milliseconds of one clock; `random` is a number in [0, 1). */
export type LinkInput =
  | { readonly type: 'start' }
  /** The token is here. */
  | { readonly type: 'prepared' }
  | { readonly type: 'opened' }
  | { readonly type: 'welcomed'; readonly welcome: Welcome; readonly now: number }
  | { readonly type: 'bye'; readonly reconnectAfterMs?: number | undefined }
  | { readonly type: 'lost'; readonly loss: LinkLoss; readonly now: number; readonly random: number }
  | { readonly type: 'timeout'; readonly now: number; readonly lastFrameAt: number; readonly random: number }
  /** The network came back, or the page became visible. */
  | { readonly type: 'wake'; readonly now: number }
  | { readonly type: 'stop' };

/**
 * What the rim has to do: fetch the token, open the socket, send `hello`, ask for a sign of life, or leave the socket (or what is on its way to become one).
 */
export type LinkAction = 'prepare' | 'open' | 'greet' | 'probe' | 'drop';

/**
 * What an input led to. There is one timer: `timerMs` sets it anew, `Infinity` ends it, absent leaves it.
 */
export type LinkStep = readonly [state: LinkState, timerMs?: number, action?: LinkAction];

/** Bounds of a link's patience. */
export interface LinkPolicy {
  readonly backoff: Backoff;
  /** Longest wait for token, socket and `welcome`, each, in milliseconds. */
  readonly patienceMs: number;
}

/** Longest wait for the answer to a probe, in milliseconds. */
const probeMs = 5000;

/** A connection that lasted this long, in milliseconds, starts the backoff anew. */
const stableMs = 10_000;

type Live = Extract<LinkState, { status: 'preparing' | 'connecting' | 'greeting' | 'ready' }>;

/** The link's state machine: no timer, socket, clock or chance inside. An input that does not fit changes nothing. */
export function stepLink(state: LinkState, input: LinkInput, policy: LinkPolicy): LinkStep {
  const { status } = state;
  const { patienceMs } = policy;
  switch (input.type) {
    case 'start':
      return status === 'idle' || status === 'closed' ? prepare(0, policy) : [state];
    case 'prepared':
      return status === 'preparing' ? [{ ...state, status: 'connecting' }, patienceMs, 'open'] : [state];
    case 'opened':
      return status === 'connecting' ? [{ ...state, status: 'greeting' }, patienceMs, 'greet'] : [state];
    case 'welcomed': {
      if (status !== 'greeting') return [state];
      const { intervalMs, graceMs } = input.welcome.heartbeat;
      const silenceMs = intervalMs + graceMs || Infinity;
      return [{ ...state, status: 'ready', since: input.now, silenceMs }, silenceMs];
    }
    case 'bye':
      return status === 'ready' ? [{ ...state, reconnectAfterMs: input.reconnectAfterMs }] : [state];
    case 'lost':
      return isLive(state) ? lose(state, input.loss, input, policy) : [state];
    case 'timeout':
      return timeout(state, input, policy);
    case 'wake':
      if (status === 'waiting') return prepare(state.attempt, policy);
      return status === 'ready' && state.silenceMs < Infinity
        ? [{ ...state, probedAt: state.probedAt ?? input.now }, probeMs, 'probe']
        : [state];
    case 'stop':
      return status === 'closed' ? [state] : [{ status: 'closed' }, Infinity, 'drop'];
  }
}

const isLive = (state: LinkState): state is Live => 'attempt' in state && state.status !== 'waiting';

const prepare = (attempt: number, { patienceMs }: LinkPolicy): LinkStep => [
  { status: 'preparing', attempt },
  patienceMs,
  'prepare',
];

function timeout(
  state: LinkState,
  input: Extract<LinkInput, { type: 'timeout' }>,
  policy: LinkPolicy,
): LinkStep {
  if (state.status === 'waiting') return prepare(state.attempt, policy);
  if (!isLive(state)) return [state];
  if (state.status === 'ready') {
    const { now, lastFrameAt } = input;
    const { probedAt, silenceMs } = state;
    const probed = probedAt !== undefined && lastFrameAt < probedAt;
    const left = (probed ? probedAt + probeMs : lastFrameAt + silenceMs) - now;
    // A frame from the future: the clock was set back, and would hide a silence for as long.
    if (left > 0 && lastFrameAt <= now)
      return [probed ? state : { ...state, probedAt: undefined }, Math.min(left, silenceMs)];
  }
  const [next, delayMs] = lose(state, { code: 0, reason: `timeout while ${state.status}` }, input, policy);
  return [next, delayMs, 'drop'];
}

function lose(
  state: Live,
  loss: LinkLoss,
  { now, random }: { readonly now: number; readonly random: number },
  { backoff }: LinkPolicy,
): readonly [LinkState, number] {
  if (!mayReconnect(loss.code)) return [{ status: 'closed', loss }, Infinity];
  const ready = state.status === 'ready' ? state : undefined;
  const attempt = ready && now - ready.since >= stableMs ? 0 : state.attempt;
  const delayMs = (ready?.reconnectAfterMs ?? 0) + backoffDelay(attempt, backoff, random);
  return [{ status: 'waiting', attempt: attempt + 1, delayMs, loss }, delayMs];
}
