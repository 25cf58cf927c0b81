import type { Connection, Setting } from '../connection.ts';
import type { Loose } from '../observer.ts';
import type { Host } from '../peer/host.ts';
import type { Launched } from '../peer/launch.ts';
import type { Log } from '../peer/log.ts';
import { admit, answerCall, type PeerStage } from '../peer/stage.ts';
import { NotTested } from '../unmet.ts';
import { createVariables } from '../variables.ts';

/** What an agent is asked to do. */
export interface AgentPrompts {
  /** Makes a short turn. */
  readonly quick: string;
  /** Makes a turn that lasts for seconds, so that it can be stopped. */
  readonly slow: string;
}

/** The agent under test, over all scenarios. */
export interface AgentSubject {
  readonly host: Host;
  readonly log: Log;
  readonly prompts: AgentPrompts;
  /** How long it may take to connect once it was started, in milliseconds. */
  readonly startMs: number;
  /** How long a turn may take, in milliseconds. */
  readonly turnMs: number;
  /** How long it may take to come back, in milliseconds. */
  readonly returnMs: number;
  /** Starts it again; absent where it was started by somebody else. */
  readonly launch?: () => Promise<Launched>;
  launched: Launched | undefined;
  /** The connection that is open, or was last. */
  line: Connection | undefined;
  /** Whether durable frames are acknowledged. */
  acks: boolean;
}

/** Where a scenario plays against an agent: the relay and its participants. */
export interface AgentStage extends PeerStage {
  readonly subject: AgentSubject;
  readonly conversation: string;
  /** Delivers an event of the scenario's conversation. @returns The event. */
  tell(content: string, more?: Record<string, unknown>): Promise<Loose>;
  /** Waits for the end of the turn that names the event. */
  ended(event: Loose, more?: Record<string, unknown>): Promise<Loose>;
  end(): void;
}

export function createAgentStage(subject: AgentSubject, setting: Setting, tag: string): AgentStage {
  const { host, log, prompts } = subject;
  const source = `alice-${tag}`;
  const variables = createVariables(tag, {
    alice: source,
    conversation: source,
    epoch: log.epoch,
    ...prompts,
  });
  const stage: AgentStage = {
    role: 'agent',
    subject,
    host,
    log,
    setting,
    turnMs: subject.turnMs,
    returnMs: subject.returnMs,
    variables,
    conversation: source,
    on: () => subject.line!,
    open: () => stage.peer(),
    async peer() {
      return subject.line?.isOpen ? subject.line : stage.meet();
    },
    async call(greeting = {}) {
      const answered = await answerCall(stage, 'agent', subject.line !== undefined, greeting);
      subject.line = answered.connection;
      return answered;
    },
    async meet(greeting) {
      const { connection } = await stage.call(greeting);
      connection.onFrame = (frame) => answer(subject, connection, frame);
      admit(connection, 'agent', 'default', greeting);
      return connection;
    },
    async restart() {
      if (subject.launch === undefined)
        throw new NotTested('it takes an agent that can be started: --command');
      await subject.launched?.kill();
      host.forget();
      subject.launched = await subject.launch();
    },
    async tell(content, more = {}) {
      const agent = await stage.peer();
      const id = String(more.id ?? variables.get(`id:ev${log.last(source) + 1}`));
      const event = log.append(source, {
        type: 'event',
        id,
        source,
        content,
        timestamp: Date.now(),
        ...more,
      });
      agent.send(event);
      return event;
    },
    async ended({ id }, more = {}) {
      const agent = await stage.peer();
      for (;;) {
        const pattern = { type: 'turn', conversation: source, status: 'ended', ...more };
        const turn = await agent.expect(pattern, { withinMs: subject.turnMs });
        if ((turn.events as unknown[]).includes(id)) return turn;
      }
    },
    end() {
      subject.acks = true;
    },
  };
  return stage;
}

/** Stores and acknowledges what is durable. */
function answer({ acks, log }: AgentSubject, on: Connection, frame: Loose): void {
  const durable =
    (frame.type === 'reply' && frame.kind !== 'delta') || (frame.type === 'turn' && frame.status === 'ended');
  if (acks && durable && typeof frame.conversation === 'string')
    log.acknowledge(on, frame.conversation, frame);
}
