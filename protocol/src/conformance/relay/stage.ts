import type { Files } from '../../generated/frames.ts';
import { type Connection, createConnection, type Patience, type Setting } from '../connection.ts';
import { dial } from '../dial.ts';
import type { Loose } from '../observer.ts';
import { match } from '../pattern.ts';
import type { FileRequest, Stage, Step } from '../scenario.ts';
import { NotTested, Unmet } from '../unmet.ts';
import { type Chance, createVariables } from '../variables.ts';
import { askForFiles } from './requests.ts';

/** A relay under test, and what it takes to get in. */
export interface RelayTarget {
  readonly url: string;
  readonly agentUrl: string;
  /** Tokens; without those of alice and bob, they come as guests who name themselves. */
  readonly tokens: Partial<Readonly<Record<TokenName, string>>>;
  /** A page that the relay lets in. */
  readonly origin?: string | undefined;
  /** Asks the relay to shut down, at the very end. */
  readonly stop?: (() => void) | undefined;
}

export type TokenName = 'alice' | 'bob' | 'agent' | 'otherAgent' | 'shortLived';

/** How to open a connection to the relay. */
export interface OpenOptions {
  /** Whose connection it is. @default the first word of its name */
  readonly as?: string;
  /** Members of `hello` that differ; `null` takes one away. */
  readonly with?: Readonly<Record<string, unknown>>;
  /** How far to open it. @default 'attached' for a client that attaches, else 'welcome' */
  readonly until?: 'socket' | 'welcome' | 'attached';
  readonly url?: string;
  readonly origin?: string | undefined;
  /** Whether the agent takes each event over at once. @default true */
  readonly receives?: boolean;
}

/** Where a scenario plays against a relay: alice, bob, and the agent. */
export interface RelayStage extends Stage {
  readonly target: RelayTarget;
  readonly setting: Setting;
  readonly chance: Chance;
  /** The scenario's conversation: one of alice's. */
  readonly conversation: string;
  readonly isGuest: boolean;
  /** What the relay announced about files; absent where it keeps none. */
  readonly files: Files | undefined;
  answers(request: FileRequest, pattern: unknown, of?: string): Promise<ReadonlyMap<string, unknown>>;
  open(name: string, options?: OpenOptions): Promise<Connection>;
  /** Submits an event of alice's. @returns Its `ack`. */
  say(on: Connection, event: Record<string, unknown>, patience?: Patience): Promise<Loose>;
  /** Ends all connections of the scenario. */
  end(): void;
}

export const clientCapabilities = ['stream', 'signal', 'receipt'];

/** What the agent does on command. */
export const agentCommands = [
  { name: 'status', description: 'Tells the status' },
  { name: 'model', description: 'Chooses the model', args: '[name]' },
];

interface StageOptions {
  readonly target: RelayTarget;
  /** Under which names the relay knows those who have tokens. */
  readonly participants: Readonly<Record<string, string>>;
  /** What the relay announced about files. */
  readonly files?: Files | undefined;
  readonly setting: Setting;
  readonly chance: Chance;
  readonly tag: string;
  /** Whether the relay need not know more conversations than each participant's own. */
  readonly core: boolean;
  /** The agent that scenarios share; nothing for one that runs alone. */
  readonly agent?: Connection | undefined;
}

export function createRelayStage({
  target,
  participants,
  files,
  setting,
  chance,
  tag,
  core,
  agent,
}: StageOptions): RelayStage {
  const isGuest = target.tokens.alice === undefined;
  const nameOf = (as: string) => (isGuest ? undefined : participants[as]) ?? `${as}-${tag}`;
  const alice = nameOf('alice');
  const { agent: agentName } = participants;
  const variables = createVariables(tag, { alice, bob: nameOf('bob'), agent: agentName });
  const conversation = isGuest || core ? alice : `${alice}/${tag}`;
  variables.set('conversation', conversation);
  const connections = new Map<string, Connection>(agent === undefined ? [] : [['agent', agent]]);

  function helloOf(as: string, changes: OpenOptions['with'] = {}): Loose {
    const token = as === 'stranger' ? target.tokens.otherAgent : target.tokens[as as TokenName];
    const role = as === 'agent' || as === 'stranger' ? 'agent' : 'client';
    const hello: Record<string, unknown> = {
      type: 'hello',
      role,
      versions: [1],
      capabilities: role === 'agent' ? ['signal'] : clientCapabilities,
      ...(token === undefined
        ? { source: role === 'client' ? variables.get(as) : as === 'agent' ? 'default' : as }
        : { token }),
      ...(role === 'agent' && { stream: 'token', name: 'Conformance', commands: agentCommands }),
      ...(role === 'client' && conversation !== alice && as === 'alice' && { attach: [{ conversation }] }),
      ...changes,
    };
    for (const [member, value] of Object.entries(hello)) if (value === null) delete hello[member];
    return hello as Loose;
  }

  /** Events that the relay asks to repeat later are repeated: its limits, filled by one scenario, disturb no other. */
  function resendRefused(connection: Connection): void {
    const sent = new Map<unknown, string>();
    const { sendText } = connection;
    connection.sendText = (text) => {
      const id = typeof text === 'string' ? /^\{"type":"event".*?"id":"([^"]+)"/.exec(text)?.[1] : undefined;
      if (id !== undefined) sent.set(id, String(text));
      sendText(text);
    };
    connection.handles = ({ type, code, ref, retryAfterMs = 1000 }) => {
      const text = type === 'error' && passing.has(String(code)) ? sent.get(ref) : undefined;
      if (text === undefined) return false;
      const waitMs = Number(retryAfterMs);
      setting.restUntil = Math.max(setting.restUntil, Date.now() + waitMs + setting.timeoutMs);
      setTimeout(() => connection.isOpen && sendText(text), waitMs).unref();
      return true;
    };
  }

  const stage: RelayStage = {
    variables,
    target,
    setting,
    chance,
    conversation,
    isGuest,
    files,
    async answers(request, pattern, of) {
      const asking = { target, files, variables, timeoutMs: setting.timeoutMs };
      const { answer, lines } = await askForFiles(asking, request);
      const taken = match(pattern, answer);
      if (taken !== undefined) return taken;
      throw new Unmet(JSON.stringify(pattern), `${answer.status} came`, lines, of);
    },
    on(name) {
      const connection = connections.get(name);
      if (connection === undefined) throw new Error(`The connection ${name} was not opened`);
      return connection;
    },
    async open(name, options: OpenOptions & Partial<Step> = {}) {
      const as = options.as ?? name.split(' ', 1)[0]!;
      const isAgent = as === 'agent' || as === 'stranger';
      if (as === 'stranger' && !isGuest && target.tokens.otherAgent === undefined) {
        throw new NotTested('it takes a second agent account: --other-agent-token-env');
      }
      const socket = await dial({
        url: options.url ?? (isAgent ? target.agentUrl : target.url),
        timeoutMs: setting.timeoutMs,
        origin: options.origin ?? (isAgent ? undefined : target.origin),
      });
      const ends = { peer: isAgent ? 'agent' : 'client', under: 'relay' } as const;
      const connection = createConnection(socket, name, ends, setting);
      connections.set(name, connection);
      if (isAgent) receiveEvents(connection, options.receives ?? true);
      else resendRefused(connection);
      if (options.until === 'socket') return connection;
      const hello = helloOf(as, options.with);
      connection.send(hello);
      const welcome = await connection.expect({ type: 'welcome' }, { of: 'R-HELLO-2' });
      variables.set(`${name}:identity`, (welcome.identity as { source: string }).source);
      if (isAgent || options.until === 'welcome') return connection;
      const attach = hello.attach as readonly { conversation: string }[] | undefined;
      for (const cursor of attach ?? [{ conversation: variables.get(as) }]) {
        const of = attach === undefined ? 'R-ATTACH-1' : 'R-ATTACH-2';
        await connection.expect({ type: 'attached', conversation: cursor.conversation }, { of });
      }
      return connection;
    },
    async say(on, event, patience) {
      const id = String(event.id);
      on.send({ type: 'event', timestamp: Date.now(), conversation, content: `${id} says`, ...event });
      return on.expect({ type: 'ack', id }, { of: 'R-ACK-1', ...patience });
    },
    end() {
      for (const connection of connections.values()) if (connection !== agent) connection.drop();
    },
  };

  return stage;
}

/** Refusals that pass by themselves. */
const passing = new Set(['rate_limited', 'mailbox_full']);

/** Takes over each event that is delivered, so that none of them waits for a later connection of the agent. */
export function receiveEvents(connection: Connection, receives: boolean): void {
  if (!receives) return;
  connection.onFrame = ({ type, id, conversation, source }) => {
    if (type !== 'event' || typeof id !== 'string') return;
    connection.send({ type: 'received', conversation: conversation ?? source, events: [id] });
  };
}
