import { Agent } from './agent.ts';
import type { Logger } from './logger.ts';
import type { Store } from './store/store.ts';

/** The agent accounts, by source. */
export class Agents {
  readonly #agents = new Map<string, Agent>();
  readonly #store: Store;
  readonly #logger: Logger;

  constructor(store: Store, logger: Logger) {
    this.#store = store;
    this.#logger = logger;
  }

  /** The account of that source, connected or not. */
  of(source: string): Agent {
    let agent = this.#agents.get(source);
    if (agent === undefined) {
      agent = new Agent(source, this.#store, this.#logger);
      this.#agents.set(source, agent);
    }
    return agent;
  }

  sweep(): void {
    for (const agent of this.#agents.values()) agent.sweep();
  }
}
