import type { EventSubmission } from '@websocket-channel/protocol';
import type { ClientError } from './errors.ts';

/**
 * Events on their way to the relay. One at a time is in flight, so that one that is refused and tried again is not
 * overtaken.
 */
export interface Outbox {
  /** `away`: not attached. `idle`: nothing to do. `waiting`: for the answer to the first. `pausing`: to try it again. */
  readonly status: 'away' | 'idle' | 'waiting' | 'pausing';
  readonly events: readonly EventSubmission[];
}

/** What happens to an outbox. */
export type OutboxInput =
  | { readonly type: 'add'; readonly event: EventSubmission }
  /** `events` takes the place of what waits: a relay that lost its log needs more of them again. */
  | { readonly type: 'attached'; readonly events?: readonly EventSubmission[] | undefined }
  | { readonly type: 'lost' }
  /** It needs no more care: stored, or refused for good because of an error. */
  | { readonly type: 'settled'; readonly id: string | undefined; readonly error?: ClientError }
  | { readonly type: 'refused'; readonly id: string; readonly retryAfterMs: number }
  | { readonly type: 'timeout' };

/**
 * What an input led to. There is one timer, which matters only to `waiting` and `pausing`: `timerMs` sets it anew.
 */
export type OutboxStep = readonly [outbox: Outbox, timerMs?: number, write?: EventSubmission];

/** How long to wait for an answer, in milliseconds. */
const ackMs = 10_000;

/** How long to wait before the next try where the relay names no time, in milliseconds. */
export const retryMs = 3000;

/** An outbox that holds nothing. */
export const emptyOutbox: Outbox = { status: 'away', events: [] };

/** The outbox's state machine: no timer, socket or clock inside. An input that does not fit changes nothing. */
export function stepOutbox(outbox: Outbox, input: OutboxInput): OutboxStep {
  const { status, events } = outbox;
  switch (input.type) {
    case 'add':
      return proceed(status, [...events, input.event], status === 'idle');
    case 'attached':
      return proceed(status, input.events ?? events, status === 'away' || !!input.events);
    case 'lost':
      return [{ status: 'away', events }];
    case 'settled':
      return proceed(
        status,
        events.filter(({ id }) => id !== input.id),
        status !== 'away' && events[0]?.id === input.id,
      );
    case 'refused':
      return status === 'waiting' && events[0]?.id === input.id
        ? [{ status: 'pausing', events }, input.retryAfterMs]
        : [outbox];
    case 'timeout':
      return proceed(status, events, status === 'waiting' || status === 'pausing');
  }
}

/** Writes the first event, if it is time to. */
function proceed(status: Outbox['status'], events: Outbox['events'], now: boolean): OutboxStep {
  if (!now) return [{ status, events }];
  const [first] = events;
  return first ? [{ status: 'waiting', events }, ackMs, first] : [{ status: 'idle', events }];
}
