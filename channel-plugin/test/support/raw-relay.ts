import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import {
  type AgentToRelay,
  encode,
  type RelayToAgent,
  type ReplySubmission,
  subprotocol,
  type TurnSubmission,
  type Welcome,
} from '@websocket-channel/protocol';
import { parseAgentToRelay } from '@websocket-channel/protocol/relay';
import {
  createTrafficChecker,
  type TrafficChecker,
  type Violation,
} from '@websocket-channel/protocol/sequence';
import { type WebSocket, WebSocketServer } from 'ws';

/** What an agent did against the protocol, with the message that shows it. */
export interface AgentViolation extends Violation {
  readonly text: string;
}

/** A text message that came from the agent. `at` is milliseconds since 1970-01-01 UTC with a fraction. */
export interface Arrival {
  readonly text: string;
  readonly at: number;
}

/** One connection of an agent, driven frame by frame. */
export interface AgentConnection {
  /** Everything that arrived so far, but for pings. */
  readonly arrivals: readonly Arrival[];
  readonly closed: Promise<number>;
  /** The next frame that arrives and fits, in order; others are skipped. */
  next<F extends AgentToRelay = AgentToRelay>(fits?: (frame: AgentToRelay) => boolean): Promise<F>;
  nextText(): Promise<string>;
  send(frame: RelayToAgent): void;
  sendText(text: string): void;
  /** Reads `hello` and answers with `welcome`. */
  greet(change?: Partial<Welcome>): Promise<Extract<AgentToRelay, { type: 'hello' }>>;
  /** Acknowledges a durable frame. */
  acknowledge(frame: AgentToRelay): void;
  close(code?: number, reason?: string): void;
  /** Cuts the connection without a word. */
  cut(): void;
}

/** A relay that a test plays itself. */
export interface RawRelay {
  readonly url: string;
  readonly port: number;
  /** What its agents did against the protocol so far. */
  readonly violations: readonly AgentViolation[];
  /** The next connection that opens. */
  connection(): Promise<AgentConnection>;
  close(): Promise<void>;
}

const now = (): number => performance.timeOrigin + performance.now();

/** How a relay of a test behaves. */
export interface RawRelayOptions {
  readonly port?: number;
  /** It speaks the tutorial's wire. */
  readonly legacy?: boolean;
  /** It selects the subprotocol, which one of the tutorial's may do unawares. @default unless it is `legacy` */
  readonly selects?: boolean;
  /** It acknowledges every durable frame by itself. */
  readonly acknowledges?: boolean;
}

/** Starts a relay on loopback, which answers pings by itself. */
export async function startRawRelay({
  port = 0,
  legacy = false,
  selects = !legacy,
  acknowledges = true,
}: RawRelayOptions = {}): Promise<RawRelay> {
  const server = new WebSocketServer({
    host: '127.0.0.1',
    port,
    path: '/openclaw',
    handleProtocols: () => (selects ? subprotocol : false),
  });
  await once(server, 'listening');
  const connections = createQueue<AgentConnection>();
  const violations: AgentViolation[] = [];
  let accepted = 0;
  server.on('connection', (socket) => {
    const checker = legacy ? undefined : createTrafficChecker({ role: 'agent', resumed: accepted++ > 0 });
    connections.push(converse(socket, checker, acknowledges && !legacy, violations));
  });
  const address = server.address() as AddressInfo;
  return {
    url: `ws://127.0.0.1:${address.port}/openclaw`,
    port: address.port,
    violations,
    connection: () => connections.next(),
    async close() {
      for (const client of server.clients) client.terminate();
      server.close();
      await once(server, 'close');
    },
  };
}

function converse(
  socket: WebSocket,
  checker: TrafficChecker | undefined,
  acknowledges: boolean,
  violations: AgentViolation[],
): AgentConnection {
  const arrivals: Arrival[] = [];
  const unread = createQueue<string>();
  const closed = once(socket, 'close').then(([code]) => code as number);
  let seq = 0;
  const check = (from: 'relay' | 'agent', text: string): void => {
    for (const violation of checker?.text(from, text) ?? []) {
      if (violation.by === 'agent') violations.push({ ...violation, text });
    }
  };
  const sendText = (text: string): void => {
    check('relay', text);
    socket.send(text);
  };
  socket.on('error', () => {});
  socket.on('message', (data) => {
    const text = String(data);
    check('agent', text);
    const frame = checker && read(text);
    if (frame?.type === 'ping')
      return send({ type: 'pong', ...(frame.id !== undefined && { id: frame.id }) });
    arrivals.push({ text, at: now() });
    unread.push(text);
    if (acknowledges && frame !== undefined && isDurable(frame)) acknowledge(frame);
  });

  const send = (frame: RelayToAgent): void => sendText(encode(frame));

  function acknowledge(frame: AgentToRelay): void {
    if (!isDurable(frame)) throw new Error(`not durable: ${encode(frame)}`);
    seq += 1;
    send({
      type: 'ack',
      id: frame.id,
      conversation: frame.conversation,
      epoch: 'ep1',
      seq,
      status: 'accepted',
    });
  }

  return {
    arrivals,
    closed,
    async next<F extends AgentToRelay>(fits: (frame: AgentToRelay) => boolean = () => true) {
      for (;;) {
        const frame = read(await unread.next());
        if (fits(frame)) return frame as F;
      }
    },
    nextText: () => unread.next(),
    send,
    sendText,
    async greet(change) {
      const frame = read(await unread.next());
      if (frame.type !== 'hello') throw new Error(`expected hello, got ${frame.type}`);
      send({
        type: 'welcome',
        version: 1,
        session: 'se1',
        identity: { source: 'default' },
        heartbeat: { intervalMs: 15_000, graceMs: 10_000 },
        limits: { frameBytes: 1_048_576, contentLength: 262_144 },
        capabilities: ['stream', 'signal'],
        ...change,
      });
      return frame;
    },
    acknowledge,
    close: (code, reason) => socket.close(code, reason),
    cut: () => socket.terminate(),
  };
}

const isDurable = (frame: AgentToRelay): frame is ReplySubmission | TurnSubmission =>
  (frame.type === 'reply' && frame.kind !== 'delta') || (frame.type === 'turn' && frame.status === 'ended');

/** Reads a frame of the agent's; an illegal one fails the test. */
function read(text: string): AgentToRelay {
  const parsed = parseAgentToRelay(text);
  if (parsed.status !== 'frame') throw new Error(`illegal frame ${text}: ${JSON.stringify(parsed)}`);
  return parsed.frame;
}

function createQueue<T>() {
  const waiting: T[] = [];
  const readers: ((value: T) => void)[] = [];
  return {
    push(value: T) {
      const reader = readers.shift();
      if (reader === undefined) waiting.push(value);
      else reader(value);
    },
    next: (): Promise<T> =>
      waiting.length > 0
        ? Promise.resolve(waiting.shift() as T)
        : new Promise((resolve) => readers.push(resolve)),
  };
}
