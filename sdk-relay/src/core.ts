import type { Agents } from './agents.ts';
import type { Conversations } from './conversations.ts';
import type { Journal } from './journal.ts';
import type { Logger } from './logger.ts';
import type { ResolvedOptions } from './options.ts';
import type { Presence } from './presence.ts';
import type { RateLimit } from './rate-limit.ts';
import type { Stats } from './stats.ts';
import type { Store } from './store/store.ts';

/** What all parts of one relay share. */
export interface Core {
  readonly options: ResolvedOptions;
  readonly logger: Logger;
  readonly stats: Stats;
  readonly store: Store;
  readonly journal: Journal;
  readonly conversations: Conversations;
  readonly agents: Agents;
  readonly presence: Presence;
  /** Events per participant. */
  readonly events: RateLimit;
  /** All other frames per participant. */
  readonly frames: RateLimit;
}
