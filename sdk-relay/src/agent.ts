import type { AgentPresence, Cancel, Signal } from '@websocket-channel/protocol';
import type { Connection } from './connection.ts';
import type { Conversation } from './conversation.ts';
import type { Logger } from './logger.ts';
import { Outgoing } from './outgoing.ts';
import { type Page, type Store, type Waiting, whenReady } from './store/store.ts';

const page: Page = { frames: 64, size: 262_144 };

/** How many failures of the store to let go of events are made good; beyond it they wait for the agent to come back. */
const unsettledAtMost = 1000;

/** An agent's connection, as its account sees it. */
export interface AgentPeer {
  readonly connection: Connection;
  readonly presence: Pick<AgentPresence, 'stream' | 'name'>;
  readonly commands?: AgentPresence['commands'];
  readonly readsSignals: boolean;
  /** Called after an event was handed over. */
  handed?(conversation: string, event: string): void;
  /** Makes room for a newer connection of the same account. */
  replace(): void;
}

/**
 * One agent account: at most one connection, and the mailbox that it is fed from. What the connection does not take
 * stays in the mailbox and is read from there later, so that nothing is queued for a slow agent.
 */
export class Agent {
  readonly source: string;
  /** The conversations in use that it serves. */
  readonly conversations = new Set<Conversation>();
  readonly #store: Store;
  readonly #logger: Logger;
  #peer: AgentPeer | undefined;
  #state: 'away' | 'feeding' | 'reading' | 'live' = 'away';
  /** Position of the newest event in the mailbox, as far as it is known. */
  #last = 0;
  /** Position of the newest event that the connection was handed. */
  #handed = 0;
  /** Whether the mailbox may hold an event that nobody was told of. */
  #doubted = false;
  #feeding = false;
  readonly #unsettled: (() => void)[] = [];

  constructor(source: string, store: Store, logger: Logger) {
    this.source = source;
    this.#store = store;
    this.#logger = logger;
  }

  /** @param withCommands Whether what it does on command is listed: for those alone that read it, since the list is long. */
  presence(withCommands: boolean): AgentPresence {
    const commands = withCommands ? this.#peer?.commands : undefined;
    return {
      source: this.source,
      online: this.#peer !== undefined,
      ...this.#peer?.presence,
      ...(commands !== undefined && { commands }),
    };
  }

  /** Takes a connection on. The newest one wins. */
  connect(peer: AgentPeer): void {
    const replaced = this.#peer;
    this.#peer = peer;
    replaced?.replace();
    this.#handed = 0;
    this.#state = 'feeding';
    this.#announce();
    this.feed();
  }

  disconnect(peer: AgentPeer): void {
    if (this.#peer !== peer) return;
    this.#peer = undefined;
    this.#state = 'away';
    this.#announce();
  }

  /** Hands over an event that was just put into the mailbox. */
  deliver(position: number, conversation: string, event: string, outgoing: Outgoing): void {
    this.#last = position;
    // It was read from the mailbox before the store said that it had stored it.
    if (position <= this.#handed) return;
    if (this.#state !== 'live' || this.#peer === undefined) return;
    if (this.#peer.connection.isCongested) this.#state = 'feeding';
    else this.#hand(this.#peer, position, conversation, event, outgoing);
  }

  /** Hands over what waits, as far as the connection takes it. */
  feed(): void {
    if (this.#feeding) return;
    this.#feeding = true;
    while (this.#takesStep());
    this.#feeding = false;
  }

  /** Looks into the mailbox: an event that could not be stored, as it seemed, may be in it. */
  reread(): void {
    this.#doubted = true;
    if (this.#state === 'live') this.#state = 'feeding';
    this.feed();
  }

  /** @returns Whether the agent is there to be asked. */
  cancel(frame: Cancel): boolean {
    this.#peer?.connection.send(frame);
    return this.#peer !== undefined;
  }

  /**
   * Takes events out of the mailbox, and tells who reads the conversation why.
   *
   * @param note Called with how many there were.
   */
  settle(
    conversation: Conversation,
    events: readonly string[],
    status: 'delivered' | 'expired',
    note?: (count: number) => void,
  ): void {
    const failed = (error: unknown): void => {
      this.#logger.error({ err: error, agent: this.source }, 'the mailbox cannot be written');
      // What is given up is told again by the store itself.
      if (status === 'expired' || this.#unsettled.length >= unsettledAtMost) return;
      this.#unsettled.push(() => this.settle(conversation, events, status, note));
    };
    whenReady(
      () => this.#store.received(this.source, conversation.name, events),
      (taken) => {
        if (taken.length === 0) return;
        note?.(taken.length);
        conversation.receipt({
          type: 'receipt',
          conversation: conversation.name,
          status,
          events: [...taken],
        });
      },
      failed,
    );
  }

  /** Takes out what the store failed to let go of: what stays in the mailbox is given up in the end. */
  sweep(): void {
    for (const settle of this.#unsettled.splice(0)) settle();
  }

  signal(frame: Signal): void {
    if (this.#peer?.readsSignals === true && !this.#peer.connection.isCongested) {
      this.#peer.connection.send(frame);
    }
  }

  /** @returns Whether another step may follow. */
  #takesStep(): boolean {
    const peer = this.#peer;
    if (this.#state !== 'feeding' || peer === undefined) return false;
    if (peer.connection.isFull || !peer.connection.isOpen) return false;
    this.#state = 'reading';
    this.#doubted = false;
    const last = this.#last;
    const failed = (error: unknown): void => {
      this.#logger.error({ err: error, agent: this.source }, 'the mailbox cannot be read');
      if (this.#peer === peer) peer.connection.close(4500, 'the mailbox cannot be read');
    };
    whenReady(
      () => this.#store.waiting(this.source, this.#handed, page),
      (waiting) => this.#take(peer, waiting, last),
      failed,
    );
    return true;
  }

  #take(peer: AgentPeer, waiting: readonly Waiting[], last: number): void {
    if (this.#peer !== peer || this.#state !== 'reading') return;
    for (const { position, conversation, id, text } of waiting) {
      if (this.#peer !== peer) return;
      this.#hand(peer, position, conversation, id, new Outgoing(text));
    }
    if (waiting.length === 0) this.#handed = Math.max(this.#handed, last);
    const isEmpty = waiting.length === 0 && this.#handed >= this.#last && !this.#doubted;
    this.#state = isEmpty ? 'live' : 'feeding';
    this.feed();
  }

  #hand(peer: AgentPeer, position: number, conversation: string, event: string, outgoing: Outgoing): void {
    this.#handed = position;
    peer.connection.write(outgoing);
    peer.handed?.(conversation, event);
  }

  #announce(): void {
    for (const conversation of this.conversations) conversation.announce();
  }
}
