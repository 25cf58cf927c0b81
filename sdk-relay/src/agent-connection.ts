import {
  type AgentPresence,
  type AgentToRelay,
  closeCodes,
  type Hello,
  type Received,
  type ReplySubmission,
  type Signal,
  type TurnSubmission,
} from '@websocket-channel/protocol';
import { parseAgentToRelay } from '@websocket-channel/protocol/relay';
import type { Agent, AgentPeer } from './agent.ts';
import type { Connection } from './connection.ts';
import type { Conversation } from './conversation.ts';
import type { Core } from './core.ts';
import type { AgentIdentity } from './identity.ts';
import { answer } from './receipt.ts';
import type { Handler, Role } from './role.ts';
import { splice } from './splice.ts';

/** Sessions of agents. */
export const agentRole: Role<AgentIdentity, AgentToRelay> = {
  peer: 'agent',
  parse: parseAgentToRelay,
  authenticate: ({ options }) => options.authenticateAgent,
  welcome: () => ({ capabilities: ['stream', 'signal', 'progress', 'commands'] }),
  admits: () => true,
  open: (core, connection, identity, hello) => new AgentConnection(core, connection, identity, hello),
};

/** An agent's frames: what each asks for, and whether its account may. */
export class AgentConnection implements AgentPeer, Handler<AgentIdentity, AgentToRelay> {
  readonly connection: Connection;
  readonly presence: Pick<AgentPresence, 'stream' | 'name'>;
  readonly commands: AgentPresence['commands'];
  readonly readsSignals: boolean;
  readonly #core: Core;
  readonly #agent: Agent;

  constructor(core: Core, connection: Connection, identity: AgentIdentity, hello: Hello) {
    this.#core = core;
    this.connection = connection;
    this.#agent = core.agents.of(identity.source);
    const name = identity.name ?? hello.name;
    this.presence = {
      ...(hello.stream !== undefined && { stream: hello.stream }),
      ...(name !== undefined && { name }),
    };
    this.commands = hello.commands;
    this.readsSignals = hello.capabilities?.includes('signal') === true;
    connection.onDrain = () => this.#agent.feed();
  }

  start(): void {
    this.#agent.connect(this);
  }

  identify(): void {}

  end(): void {
    this.#agent.disconnect(this);
  }

  replace(): void {
    this.connection.send({ type: 'bye', reason: 'replaced' });
    this.connection.close(closeCodes.replaced, 'replaced');
  }

  handle(frame: AgentToRelay, text: string): void {
    switch (frame.type) {
      case 'reply':
        return this.#reply(frame, text);
      case 'turn':
        return this.#turn(frame, text);
      case 'received':
        return this.#received(frame);
      case 'signal':
        return this.#signal(frame);
    }
  }

  #reply(reply: ReplySubmission, text: string): void {
    this.#serve(reply.conversation, reply.id, text.length, (conversation) => {
      const stamps = { source: this.#agent.source, conversation: conversation.name };
      const body = splice(text, reply, stamps);
      if (reply.kind === 'delta') return conversation.delta(reply, `${body}}`);
      this.#append(conversation, 'reply', reply.id, body);
    });
  }

  #turn(turn: TurnSubmission, text: string): void {
    this.#serve(turn.conversation, turn.id, text.length, (conversation) => {
      const body = splice(text, turn, { source: this.#agent.source, conversation: conversation.name });
      if (turn.status !== 'ended') return conversation.turn(turn, `${body}}`);
      this.#append(conversation, 'turn', turn.id, body, () =>
        this.#agent.settle(conversation, turn.events, 'delivered'),
      );
    });
  }

  #append(
    conversation: Conversation,
    type: 'reply' | 'turn',
    id: string,
    body: string,
    stored?: () => void,
  ): void {
    conversation.append(type, id, body, (receipt) => {
      answer(this.connection, conversation.name, id, receipt);
      if (receipt.status !== 'failed') stored?.();
    });
  }

  #received({ conversation: name, events }: Received): void {
    this.#serve(name, undefined, 0, (conversation) => this.#agent.settle(conversation, events, 'delivered'));
  }

  #signal({ agent: _, ...signal }: Signal): void {
    const { kind, conversation: name } = signal;
    if (kind === 'presence') {
      return this.connection.refuse('forbidden', 'Presence is told by the relay', { conversation: name });
    }
    this.#serve(name, undefined, 0, (conversation) =>
      conversation.signal({ ...signal, source: this.#agent.source }),
    );
  }

  /**
   * Goes on with a conversation that the agent serves.
   *
   * @param ref The frame that is refused otherwise.
   * @param size UTF-16 units of text that wait for it.
   */
  #serve(name: string, ref: string | undefined, size: number, proceed: (found: Conversation) => void): void {
    const about = { conversation: name, ...(ref !== undefined && { ref }) };
    this.#core.conversations.find(name, size, (found) => {
      if (found === 'failed') {
        this.connection.refuse('unavailable', 'The log cannot be opened', about);
      } else if (found === 'unknown' || found.agent !== this.#agent) {
        // An agent goes on in a conversation of which the relay lost the log; it knows nothing of that.
        this.connection.decline('forbidden', 'The agent does not serve this conversation', about);
      } else proceed(found);
    });
  }
}
