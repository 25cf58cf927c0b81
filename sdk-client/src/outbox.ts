import type { EventSubmission } from '@websocket-channel/protocol';

/**
 * Events on their way to the relay. One at a time is in flight, so that a refused one that is tried again is not
 * overtaken.
 */
export interface Outbox {
  /** `away`: not attached. `idle`: nothing to do. `waiting`: for the answer to the first. `pausing`: to try it again. */
  readonly status: 'away' | 'idle' | 'waiting' | 'pausing';
  readonly events: readonly EventSubmission[];
  /** How often the first one was tried in vain. */
  readonly tries: number;
}

export type OutboxInput =
  | { readonly type: 'add'; readonly event: EventSubmission }
  /** Stored before, in a log that the relay lost. */
  | { readonly type: 'restore'; readonly events: readonly EventSubmission[] }
  | { readonly type: 'attached' }
  | { readonly type: 'lost' }
  /** It needs no more care: stored, or refused for good. */
  | { readonly type: 'settled'; readonly id: string }
  | { readonly type: 'refused'; readonly id: string; readonly retryAfterMs: number | undefined }
  | { readonly type: 'timeout' };

/** What the rim has to do. There is one timer: setting it replaces the one before. */
export type OutboxEffect =
  | { readonly type: 'write'; readonly event: EventSubmission }
  | { readonly type: 'timer'; readonly ms: number };

type Step = readonly [Outbox, readonly OutboxEffect[]];

/** An outbox that holds nothing. */
export const emptyOutbox: Outbox = { status: 'away', events: [], tries: 0 };

/** The outbox's state machine: no timer, socket or clock inside. An input that does not fit changes nothing. */
export function stepOutbox(outbox: Outbox, input: OutboxInput): Step {
  switch (input.type) {
    case 'add': {
      const next = { ...outbox, events: [...outbox.events, input.event] };
      return outbox.status === 'idle' ? writeFirst(next) : [next, []];
    }
    case 'restore':
      return [{ ...outbox, events: [...input.events, ...outbox.events] }, []];
    case 'attached':
      return writeFirst({ ...outbox, tries: 0 });
    case 'lost':
      return [{ ...outbox, status: 'away' }, []];
    case 'settled': {
      const first = outbox.events[0]?.id === input.id;
      const events = outbox.events.filter(({ id }) => id !== input.id);
      const next = { ...outbox, events, ...(first && { tries: 0 }) };
      return first && outbox.status !== 'away' ? writeFirst(next) : [next, []];
    }
    case 'refused':
      if (outbox.status !== 'waiting' || outbox.events[0]?.id !== input.id) return [outbox, []];
      return [
        { ...outbox, status: 'pausing', tries: outbox.tries + 1 },
        [{ type: 'timer', ms: input.retryAfterMs ?? patience(outbox.tries, 1000) }],
      ];
    case 'timeout':
      return outbox.status === 'waiting' || outbox.status === 'pausing'
        ? writeFirst({ ...outbox, tries: outbox.tries + (outbox.status === 'waiting' ? 1 : 0) })
        : [outbox, []];
  }
}

function writeFirst(outbox: Outbox): Step {
  const [event] = outbox.events;
  if (event === undefined) return [{ ...outbox, status: 'idle' }, []];
  return [
    { ...outbox, status: 'waiting' },
    [
      { type: 'write', event },
      { type: 'timer', ms: patience(outbox.tries, 10_000) },
    ],
  ];
}

const patience = (tries: number, ms: number): number => Math.min(60_000, ms * 2 ** tries);
