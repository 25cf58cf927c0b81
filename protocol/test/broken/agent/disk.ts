import type { Event, ReplySubmission, TurnSubmission } from '../../../src/generated/frames.ts';

/** What survives a crash of the reference agent. */
export interface Disk {
  /** Events that were taken over, by id. */
  readonly inbox: Map<string, { readonly event: Event; done: boolean }>;
  /** What the relay has not acknowledged yet, by type and id. */
  readonly outbox: Map<string, ReplySubmission | TurnSubmission>;
}

export const emptyDisk = (): Disk => ({ inbox: new Map(), outbox: new Map() });
