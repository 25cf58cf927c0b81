import type { Files } from '../../generated/frames.ts';
import { type Connection, createConnection, type Setting } from '../connection.ts';
import type { Loose } from '../observer.ts';
import type { Stage } from '../scenario.ts';
import { Unmet } from '../unmet.ts';
import type { Host } from './host.ts';
import type { Log } from './log.ts';

/** How the relay greets a subject that connects. */
export interface Greeting {
  /** One that is not kept, to see what the subject makes of that. @default {intervalMs: 15000, graceMs: 10000}, which is */
  readonly heartbeat?: { readonly intervalMs: number; readonly graceMs: number };
  /** What it says about files. @default that it keeps none */
  readonly files?: Files;
  /** How long to wait for the connection, in milliseconds. */
  readonly withinMs?: number;
  /** The requirement at fault if none comes. */
  readonly of?: string;
}

/** A subject that has said hello. */
export interface Call {
  readonly connection: Connection;
  readonly hello: Loose;
  /** When it connected: milliseconds since 1970-01-01 UTC. */
  readonly at: number;
}

/** Where a scenario plays against a peer of a relay: the relay is played. */
export interface PeerStage extends Stage {
  readonly role: 'client' | 'agent';
  readonly host: Host;
  readonly log: Log;
  readonly setting: Setting;
  /** How long the subject may take to come back, in milliseconds. */
  readonly returnMs: number;
  /** The connection that is open, welcomed. */
  peer(): Promise<Connection>;
  /** Waits for the subject to connect. @returns The connection after its `hello`, which is not answered yet. */
  call(greeting?: Greeting): Promise<Call>;
  /** Waits for the subject to connect, and welcomes it. */
  meet(greeting?: Greeting): Promise<Connection>;
  /** Starts the subject anew, after it was sent away for good. */
  restart(): Promise<void>;
}

/** Answers the next connection's hello; what is special about clients and agents is added by `greet`. */
export async function answerCall(
  {
    role,
    host,
    setting,
    variables,
    returnMs,
  }: Pick<PeerStage, 'role' | 'host' | 'setting' | 'variables' | 'returnMs'>,
  name: string,
  resumed: boolean,
  { withinMs = returnMs, of }: Greeting,
): Promise<Call> {
  const caller = await host.next(withinMs);
  if (caller === undefined) {
    throw new Unmet(`a connection of the ${role}`, `none came within ${withinMs} ms`, [], of ?? 'R-CLOSE-2');
  }
  const connection = createConnection(caller.socket, name, { peer: role, under: role, resumed }, setting);
  const hello = await connection.expect({ type: 'hello', role }, { of: 'R-HELLO-1' });
  noTokenIn(caller.request.url ?? '', hello, setting, connection);
  variables.set(`${name}:hello`, hello);
  return { connection, hello, at: caller.at };
}

const usualHeartbeat = { intervalMs: 15_000, graceMs: 10_000 };

/** Lets a subject in, and keeps the promise of the usual heartbeat: a turn may go on for longer than a peer waits for a sign of life. */
export function admit(
  connection: Connection,
  role: PeerStage['role'],
  source: string,
  { heartbeat = usualHeartbeat, files }: Pick<Greeting, 'heartbeat' | 'files'> = {},
): void {
  connection.send({
    type: 'welcome',
    version: 1,
    session: `session-${source}`,
    identity: { source },
    heartbeat,
    limits: { frameBytes: 1_048_576, contentLength: 262_144 },
    capabilities: ['stream', 'signal', 'receipt'],
    ...(files !== undefined && { files }),
    ...(role === 'client' && { conversation: source }),
  });
  if (heartbeat !== usualHeartbeat) return;
  let beats = 0;
  const pulse = setInterval(() => {
    if (connection.isOpen) connection.send({ type: 'ping', id: `beat-${++beats}` });
  }, heartbeat.intervalMs / 2);
  pulse.unref();
  connection.socket.once('close', () => clearInterval(pulse));
}

function noTokenIn(url: string, { token }: Loose, { verdicts }: Setting, { excerpt }: Connection): void {
  const query = new URL(url, 'ws://relay').searchParams;
  const named = [...query.keys()].find((name) => /token|auth|key|secret|password/i.test(name));
  const shown = typeof token === 'string' && decodeURIComponent(url).includes(token);
  verdicts.seen('R-HELLO-9');
  if (named === undefined && !shown) return;
  verdicts.add('R-HELLO-9', {
    verdict: 'fail',
    scenario: 'All connections of this run',
    expected: 'a URL without a token',
    came: named === undefined ? 'the token of `hello` is in it' : `its query has the member ${named}`,
    trace: excerpt(),
  });
}
