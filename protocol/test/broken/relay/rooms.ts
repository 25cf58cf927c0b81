import type { AgentPresence } from '../../../src/generated/frames.ts';
import { Conversation } from './conversation.ts';
import type { ReferenceRelayOptions } from './options.ts';
import type { Frame, Peer } from './peer.ts';

/** The conversations, the agent with its mailbox, and who may do what. */
export class Rooms {
  readonly options: ReferenceRelayOptions;
  agent: Peer | undefined;
  readonly #conversations = new Map<string, Conversation>();
  #mailbox: Frame[] = [];
  readonly #written = new Map<string, number[]>();

  constructor(options: ReferenceRelayOptions) {
    this.options = options;
  }

  isOpen({ source }: Pick<Peer, 'source'>, name: string): boolean {
    return name === source || name.startsWith(`${source}/`);
  }

  conversation(name: string): Conversation {
    const conversation = this.#conversations.get(name) ?? new Conversation(name, this.options);
    this.#conversations.set(name, conversation);
    return conversation;
  }

  known(name: string): Conversation | undefined {
    return this.#conversations.get(name);
  }

  /** The conversation, if it is open to the participant; otherwise the participant is told. */
  own(peer: Peer, name: string): Conversation | undefined {
    if (this.isOpen(peer, name)) return this.conversation(name);
    peer.refuse('forbidden', { conversation: name });
    return undefined;
  }

  presence(reader: Peer): AgentPresence {
    const tells = reader.reads('commands') !== this.options.has('R-COMMANDS-1');
    const commands = tells ? this.agent?.hello?.commands : undefined;
    return {
      source: 'default',
      online: this.agent !== undefined,
      ...(commands !== undefined && { commands }),
    };
  }

  isFull(): boolean {
    return this.#mailbox.length >= this.options.mailbox;
  }

  /** Puts an event into the agent's mailbox and hands it over. */
  post(event: Frame): void {
    const { has, mailbox } = this.options;
    if (this.agent === undefined && has('R-MAILBOX-1')) return;
    if (!(this.agent !== undefined && has('R-MAILBOX-2'))) this.#mailbox.push(event);
    if (this.#mailbox.length > mailbox) this.#mailbox.shift();
    this.agent?.send(event);
  }

  received(name: string, ids: readonly string[]): void {
    this.#mailbox = this.#mailbox.filter(
      ({ conversation, id }) => conversation !== name || !ids.includes(String(id)),
    );
  }

  /** The agent comes, or goes. */
  become(agent: Peer | undefined): void {
    const { has } = this.options;
    const before = this.agent;
    this.agent = agent;
    if (agent !== undefined && before !== undefined && !has('R-CLOSE-4')) {
      before.send({ type: 'bye', reason: 'replaced' });
      if (has('R-CLOSE-7')) before.send({ type: 'ping' });
      before.close(4409);
    }
    for (const event of agent === undefined ? [] : this.#mailbox) agent?.send(event);
    if (has('R-SIGNAL-2')) return;
    for (const conversation of this.#conversations.values()) {
      const presence = { type: 'signal', kind: 'presence', conversation: conversation.name };
      for (const reader of conversation.readers) {
        if (reader.reads('signal')) reader.send({ ...presence, agent: this.presence(reader) });
      }
    }
  }

  leave(peer: Peer): void {
    for (const conversation of this.#conversations.values()) conversation.readers.delete(peer);
    if (this.agent === peer) this.become(undefined);
  }

  mayWrite(source: string): boolean {
    const since = Date.now() - 10_000;
    const written = (this.#written.get(source) ?? []).filter((at) => at > since);
    if (written.length < this.options.burst) written.push(Date.now());
    else return false;
    this.#written.set(source, written);
    return true;
  }
}
