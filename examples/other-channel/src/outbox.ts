import type { ErrorFrame, EventSubmission } from '@websocket-channel/protocol';

/** What was said and is not yet known to be stored, in the order in which it was said. */
export interface Outbox {
  /** @returns Whether there was room. */
  add(event: EventSubmission): boolean;
  /** The relay has stored it. */
  settle(id: string): void;
  /** @returns The event that the relay refused for now; what it refuses for good is forgotten. */
  refuse(error: ErrorFrame): EventSubmission | undefined;
  /** All of it, to be sent again under the same ids. */
  pending(): readonly EventSubmission[];
}

const room = 100;

/** Makes an empty outbox. */
export function createOutbox(): Outbox {
  const events = new Map<string, EventSubmission>();
  return {
    add(event) {
      if (events.size >= room) return false;
      events.set(event.id, event);
      return true;
    },
    settle: (id) => void events.delete(id),
    refuse({ ref = '', retryable }) {
      if (retryable) return events.get(ref);
      events.delete(ref);
      return undefined;
    },
    pending: () => [...events.values()],
  };
}
