import { mayReconnect } from '../close-codes.ts';
import type { Heartbeat } from '../generated/frames.ts';
import { type Backoff, backoffDelay } from './backoff.ts';

/** Why a connection ended: a WebSocket close code (0 where there was none) and what is known beside it. */
export interface LinkLoss {
  readonly code: number;
  readonly reason: string;
}

/** Where a link is on its way to the relay. */
export type LinkState =
  | { readonly status: 'idle' }
  /** Waiting for the token. */
  | { readonly status: 'preparing'; readonly attempt: number }
  | { readonly status: 'connecting'; readonly attempt: number }
  /** `hello` is out, `welcome` is awaited. */
  | { readonly status: 'greeting'; readonly attempt: number }
  | {
      readonly status: 'ready';
      readonly attempt: number;
      readonly since: number;
      readonly silenceMs: number;
      readonly returnAfterMs?: number;
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
  | { readonly type: 'prepared' }
  | { readonly type: 'opened' }
  | { readonly type: 'welcomed'; readonly heartbeat: Heartbeat | undefined; readonly now: number }
  | { readonly type: 'bye'; readonly reconnectAfterMs?: number }
  | { readonly type: 'lost'; readonly loss: LinkLoss; readonly now: number; readonly random: number }
  | { readonly type: 'timeout'; readonly now: number; readonly lastFrameAt: number; readonly random: number }
  /** The network came back, or the page became visible. */
  | { readonly type: 'wake' }
  | { readonly type: 'stop' };

/** What the rim has to do. There is one timer: setting it replaces the one before. */
export type LinkEffect =
  | { readonly type: 'prepare' }
  | { readonly type: 'open' }
  | { readonly type: 'greet' }
  | { readonly type: 'drop'; readonly loss: LinkLoss }
  | { readonly type: 'timer'; readonly ms: number }
  | { readonly type: 'cancel-timer' };

/** Bounds of a link's patience. */
export interface LinkPolicy {
  readonly backoff: Backoff;
  /** Longest wait for token, socket and `welcome`, each, in milliseconds. */
  readonly patienceMs: number;
  /** A connection that lasted this long, in milliseconds, starts the backoff anew. */
  readonly stableMs: number;
}

type Step = readonly [LinkState, readonly LinkEffect[]];

/** The link's state machine: no timer, socket, clock or chance inside. An input that does not fit changes nothing. */
export function stepLink(state: LinkState, input: LinkInput, policy: LinkPolicy): Step {
  switch (input.type) {
    case 'start':
      return state.status === 'idle' || state.status === 'closed' ? prepare(0, policy) : stay(state);
    case 'prepared':
      return state.status === 'preparing'
        ? [
            { status: 'connecting', attempt: state.attempt },
            [{ type: 'open' }, { type: 'timer', ms: policy.patienceMs }],
          ]
        : stay(state);
    case 'opened':
      return state.status === 'connecting'
        ? [
            { status: 'greeting', attempt: state.attempt },
            [{ type: 'greet' }, { type: 'timer', ms: policy.patienceMs }],
          ]
        : stay(state);
    case 'welcomed': {
      if (state.status !== 'greeting') return stay(state);
      const silenceMs =
        input.heartbeat === undefined ? 0 : input.heartbeat.intervalMs + input.heartbeat.graceMs;
      return [
        { status: 'ready', attempt: state.attempt, since: input.now, silenceMs },
        [silenceMs === 0 ? { type: 'cancel-timer' } : { type: 'timer', ms: silenceMs }],
      ];
    }
    case 'bye':
      return state.status === 'ready' && input.reconnectAfterMs !== undefined
        ? [{ ...state, returnAfterMs: input.reconnectAfterMs }, []]
        : stay(state);
    case 'lost':
      return isLive(state) ? lose(state, input.loss, input, policy, []) : stay(state);
    case 'timeout':
      return timeout(state, input, policy);
    case 'wake':
      return state.status === 'waiting' ? prepare(state.attempt, policy) : stay(state);
    case 'stop':
      return state.status === 'closed'
        ? stay(state)
        : [
            { status: 'closed' },
            [{ type: 'cancel-timer' }, { type: 'drop', loss: { code: 1000, reason: 'done' } }],
          ];
  }
}

type Live = Extract<LinkState, { status: 'preparing' | 'connecting' | 'greeting' | 'ready' }>;

const isLive = (state: LinkState): state is Live =>
  state.status === 'preparing' ||
  state.status === 'connecting' ||
  state.status === 'greeting' ||
  state.status === 'ready';

const stay = (state: LinkState): Step => [state, []];

const prepare = (attempt: number, policy: LinkPolicy): Step => [
  { status: 'preparing', attempt },
  [{ type: 'prepare' }, { type: 'timer', ms: policy.patienceMs }],
];

function timeout(state: LinkState, input: Extract<LinkInput, { type: 'timeout' }>, policy: LinkPolicy): Step {
  if (state.status === 'waiting') return prepare(state.attempt, policy);
  if (!isLive(state)) return stay(state);
  if (state.status === 'ready') {
    const left = state.silenceMs - (input.now - input.lastFrameAt);
    if (left > 0) return [state, [{ type: 'timer', ms: left }]];
  }
  const loss = {
    code: 0,
    reason: state.status === 'ready' ? 'heartbeat timeout' : `timeout while ${state.status}`,
  };
  return lose(state, loss, input, policy, [{ type: 'drop', loss }]);
}

function lose(
  state: Live,
  loss: LinkLoss,
  { now, random }: { readonly now: number; readonly random: number },
  { backoff, stableMs }: LinkPolicy,
  effects: readonly LinkEffect[],
): Step {
  if (!mayReconnect(loss.code)) return [{ status: 'closed', loss }, [...effects, { type: 'cancel-timer' }]];
  const stable = state.status === 'ready' && now - state.since >= stableMs;
  const attempt = stable ? 0 : state.attempt;
  const announced = state.status === 'ready' ? (state.returnAfterMs ?? 0) : 0;
  const delayMs = announced + backoffDelay(attempt, backoff, random);
  return [
    { status: 'waiting', attempt: attempt + 1, delayMs, loss },
    [...effects, { type: 'timer', ms: delayMs }],
  ];
}
