import {
  type AgentPresence,
  closeCodes,
  type Event,
  encode,
  limits,
  mintId,
  type TurnSubmission,
} from '@websocket-channel/protocol';
import { encodeLegacyEvent, parseLegacyReply } from '@websocket-channel/protocol/legacy';
import type { Agent, AgentPeer } from './agent.ts';
import type { Connection } from './connection.ts';
import type { Conversation } from './conversation.ts';
import type { Core } from './core.ts';
import type { AgentIdentity } from './identity.ts';
import type { Pulse } from './pulse.ts';
import type { Conversant } from './wire.ts';

/** What an agent of the tutorial is told: events, and nothing else. */
export function translateForLegacyAgent(text: string): string | undefined {
  const frame: { type: string } = JSON.parse(text);
  return frame.type === 'event' ? encodeLegacyEvent(frame as Event) : undefined;
}

interface RunningTurn {
  readonly id: string;
  readonly events: string[];
}

/**
 * An agent of the tutorial: it is told events and says replies. Its wire has neither ids nor addresses nor turns, so that
 * an event counts as taken over when it is handed to it, a reply goes to the conversation of the event that it was handed
 * last, and a turn is taken to run from an event to the next `final`, or until it has as many events as a turn may name.
 */
export class LegacyAgent implements AgentPeer, Conversant {
  readonly connection: Connection;
  readonly presence: Pick<AgentPresence, 'stream' | 'name'>;
  readonly readsSignals = false;
  readonly #core: Core;
  readonly #agent: Agent;
  readonly #pulse: Pulse;
  /** Of the event that was handed over last. */
  #conversation: string | undefined;
  readonly #turns = new Map<string, RunningTurn>();

  constructor(core: Core, connection: Connection, { source, name }: AgentIdentity, pulse: Pulse) {
    this.#core = core;
    this.connection = connection;
    this.#agent = core.agents.of(source);
    this.#pulse = pulse;
    this.presence = { stream: 'none', ...(name !== undefined && { name }) };
    connection.onDrain = () => this.#agent.feed();
  }

  start(): void {
    this.#agent.connect(this);
  }

  handed(name: string, event: string): void {
    this.#conversation = name;
    this.#core.conversations.find(name, 0, (conversation) => {
      if (typeof conversation === 'string') return;
      this.#agent.settle(conversation, [event], 'delivered');
      let turn = this.#turns.get(name);
      if (turn !== undefined && turn.events.length >= limits.events) {
        this.#end(conversation, turn, { outcome: 'completed' });
        turn = undefined;
      }
      turn ??= { id: mintId(), events: [] };
      turn.events.push(event);
      this.#turns.set(name, turn);
      const accepted = this.#turnFrame(name, turn, 'accepted');
      conversation.turn(accepted, encode(accepted));
    });
  }

  receive(text: string): void {
    const parsed = parseLegacyReply(text);
    switch (parsed.status) {
      case 'unknown':
        this.#core.stats.unknown++;
        return;
      case 'fault':
        return this.connection.refuse(parsed.fault.code, parsed.fault.message);
      case 'frame':
        this.#core.stats.frame('reply');
        return this.#reply(parsed.frame.kind, parsed.frame.content);
    }
  }

  replace(): void {
    this.connection.close(closeCodes.replaced, 'replaced');
  }

  tick(now: number): void {
    this.#pulse.check(this.connection, now);
  }

  /** The turns that it leaves behind have nobody who could end them. */
  end(): void {
    this.#agent.disconnect(this);
    for (const [name, turn] of this.#turns) {
      this.#core.conversations.find(name, 0, (conversation) => {
        if (typeof conversation === 'string') return;
        this.#end(conversation, turn, {
          outcome: 'failed',
          error: { code: 'agent_offline', message: 'The agent has left' },
        });
      });
    }
    this.#turns.clear();
  }

  #reply(kind: string, content: string): void {
    const name = this.#conversation;
    if (name === undefined) return this.connection.refuse('unexpected', 'There is no event to reply to');
    this.#core.conversations.find(name, content.length, (conversation) => {
      if (typeof conversation === 'string') return;
      const turn = this.#turns.get(name);
      const reply = {
        type: 'reply',
        id: mintId(),
        conversation: name,
        source: this.#agent.source,
        kind,
        content,
        timestamp: Date.now(),
        ...(turn !== undefined && { turn: turn.id, events: turn.events }),
      };
      conversation.append('reply', reply.id, encode(reply).slice(0, -1), () => {});
      if (kind !== 'final' || turn === undefined) return;
      this.#turns.delete(name);
      this.#end(conversation, turn, { outcome: 'completed' });
    });
  }

  #end(conversation: Conversation, turn: RunningTurn, how: Pick<TurnSubmission, 'outcome' | 'error'>): void {
    const ended = { ...this.#turnFrame(conversation.name, turn, 'ended'), ...how };
    conversation.append('turn', turn.id, encode(ended).slice(0, -1), () => {});
  }

  #turnFrame(name: string, { id, events }: RunningTurn, status: TurnSubmission['status']): TurnSubmission {
    return {
      type: 'turn',
      id,
      conversation: name,
      source: this.#agent.source,
      status,
      events: [...events],
      timestamp: Date.now(),
    };
  }
}
