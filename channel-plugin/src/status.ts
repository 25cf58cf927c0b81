import type { LinkState } from '@websocket-channel/protocol/link';
import { printable } from './errors.ts';

/** What the Gateway is told about an account's connection. */
export interface ConnectionStatus {
  readonly running: boolean;
  readonly connected: boolean;
  /** `blocked`: the relay turned the agent away for good; an operator has to do something. */
  readonly lifecycle: 'starting' | 'ready' | 'recovering' | 'blocked' | 'stopped';
  readonly reconnectAttempts: number;
  readonly lastError: string | null;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly lastConnectedAt?: number;
  readonly lastDisconnect?: { readonly at: number; readonly status?: number; readonly error: string };
}

/** Tells the state of the link in the words of the Gateway's status. `now` is milliseconds since 1970-01-01 UTC. */
export function connectionStatus(
  state: LinkState,
  { now, hasConnected, lastError }: { now: number; hasConnected: boolean; lastError: string | null },
): ConnectionStatus {
  switch (state.status) {
    case 'idle':
    case 'preparing':
    case 'connecting':
    case 'greeting':
      return {
        running: true,
        connected: false,
        lifecycle: hasConnected ? 'recovering' : 'starting',
        reconnectAttempts: 'attempt' in state ? state.attempt : 0,
        lastError,
      };
    case 'ready':
      return {
        running: true,
        connected: true,
        lifecycle: 'ready',
        reconnectAttempts: 0,
        lastError: null,
        lastConnectedAt: now,
      };
    case 'waiting':
      return {
        running: true,
        connected: false,
        lifecycle: 'recovering',
        reconnectAttempts: state.attempt,
        lastError: describeLoss(state.loss),
        lastDisconnect: disconnect(state.loss, now),
      };
    case 'closed':
      return state.loss === undefined
        ? { running: false, connected: false, lifecycle: 'stopped', reconnectAttempts: 0, lastError }
        : {
            running: true,
            connected: false,
            lifecycle: 'blocked',
            reconnectAttempts: 0,
            lastError: `${describeLoss(state.loss)}; not coming back until the configuration changes or the channel is restarted`,
            lastDisconnect: disconnect(state.loss, now),
          };
  }
}

type Loss = Extract<LinkState, { status: 'waiting' }>['loss'];

const describeLoss = ({ code, reason }: Loss): string =>
  code === 0
    ? `Relay not reachable: ${printable(reason)}`
    : `Relay closed the connection: ${code} ${printable(reason)}`.trim();

const disconnect = ({ code, reason }: Loss, now: number) => ({
  at: now,
  error: printable(reason),
  ...(code !== 0 && { status: code }),
});
