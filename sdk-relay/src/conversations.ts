import type { Agents } from './agents.ts';
import { Conversation, type ConversationSetting } from './conversation.ts';
import { type Awaitable, type LogState, type Store, whenReady } from './store/store.ts';

/** Frames that may wait for one conversation to be opened, and UTF-16 units of text in those that wait for any. */
const waitingPerConversation = 1000;
const waitingSizeAtMost = 64 * 1024 * 1024;

/** What a frame counts for beside its text. */
const waitingOverhead = 256;

/** Goes on with a conversation, or with nothing where there is none or the store failed. */
type Proceed = (found: Conversation | 'unknown' | 'failed') => void;

/** The conversations that are in use. What is asked of one while it is being opened waits, in order. */
export class Conversations {
  readonly #open = new Map<string, Conversation>();
  readonly #opening = new Map<string, (() => void)[]>();
  readonly #store: Store;
  readonly #agents: Agents;
  readonly #setting: ConversationSetting;
  #waitingSize = 0;

  constructor(store: Store, agents: Agents, setting: ConversationSetting) {
    this.#store = store;
    this.#agents = agents;
    this.#setting = setting;
  }

  /**
   * Goes on with a conversation, which is made if there is none.
   *
   * @param agent Who serves a new one.
   * @param size UTF-16 units of text that wait for it.
   */
  use(name: string, agent: string, size: number, proceed: Proceed): void {
    const known = this.#open.get(name);
    if (known !== undefined) return proceed(known);
    this.#lookUp(name, () => this.#store.open(name, agent), size, proceed);
  }

  /** Goes on with a conversation, if there is one. @param size UTF-16 units of text that wait for it. */
  find(name: string, size: number, proceed: Proceed): void {
    const known = this.#open.get(name);
    if (known !== undefined) return proceed(known);
    this.#lookUp(name, () => this.#store.open(name), size, proceed);
  }

  /** The conversation, if it is in use. */
  ifOpen(name: string): Conversation | undefined {
    return this.#open.get(name);
  }

  /** Lets go of what nobody uses. */
  sweep(now: number): void {
    for (const [name, conversation] of this.#open) {
      if (!conversation.isIdle(now)) continue;
      this.#open.delete(name);
      conversation.agent.conversations.delete(conversation);
      const failed = (error: unknown): void =>
        this.#setting.logger.error({ err: error, conversation: name }, 'store failed');
      whenReady(
        () => this.#store.release(name),
        () => {},
        failed,
      );
    }
  }

  #lookUp(name: string, ask: () => Awaitable<LogState | undefined>, size: number, proceed: Proceed): void {
    const known = this.#open.get(name);
    if (known !== undefined) return proceed(known);
    const waiting = this.#opening.get(name);
    if ((waiting?.length ?? 0) >= waitingPerConversation || this.#waitingSize >= waitingSizeAtMost) {
      return proceed('failed');
    }
    const cost = size + waitingOverhead;
    this.#waitingSize += cost;
    if (waiting !== undefined) {
      waiting.push(() => {
        this.#waitingSize -= cost;
        this.#lookUp(name, ask, size, proceed);
      });
      return;
    }
    const queue: (() => void)[] = [];
    this.#opening.set(name, queue);
    const goOn = (found: Conversation | 'unknown' | 'failed'): void => {
      this.#opening.delete(name);
      this.#waitingSize -= cost;
      for (const next of [() => proceed(found), ...queue]) this.#safely(next);
    };
    const found = (state: LogState | undefined): void =>
      goOn(state === undefined ? 'unknown' : this.#hold(name, state));
    const failed = (error: unknown): void => {
      this.#setting.logger.error({ err: error, conversation: name }, 'store failed');
      goOn('failed');
    };
    whenReady(ask, found, failed);
  }

  #safely(next: () => void): void {
    try {
      next();
    } catch (error) {
      this.#setting.logger.error({ err: error }, 'a frame could not be handled');
    }
  }

  #hold(name: string, state: LogState): Conversation {
    const agent = this.#agents.of(state.agent);
    const conversation = new Conversation(name, agent, state, this.#setting);
    this.#open.set(name, conversation);
    agent.conversations.add(conversation);
    return conversation;
  }
}
