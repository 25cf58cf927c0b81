import type { WebSocket } from 'ws';
import type { Welcome } from '../generated/frames.ts';
import { type Closing, createInbox, InVain, type Taken } from './inbox.ts';
import { createObserver, type Ends, type Loose } from './observer.ts';
import { Unmet } from './unmet.ts';
import type { Verdicts } from './verdicts.ts';

/** How long to wait, and who is to blame if it was in vain. */
export interface Patience {
  /** Milliseconds. @default the run's timeout */
  readonly withinMs?: number;
  /** The requirement at fault, where it is not the scenario's. */
  readonly of?: string;
  /** Whether it ends in time also while the subject asked to be left alone: that nothing comes is an answer too. @default false */
  readonly isProbe?: boolean;
}

/** One WebSocket between the runner and the subject: everything that crosses it is checked and remembered. */
export interface Connection {
  readonly name: string;
  readonly socket: WebSocket;
  /** Every frame that came, in order. */
  readonly arrivals: readonly Loose[];
  readonly isOpen: boolean;
  /** The `welcome` of a relay. @throws {Error} If none came. */
  readonly welcome: Welcome;
  send(frame: Loose): void;
  /** Sends any bytes as a text message. */
  sendText(text: string | Uint8Array): void;
  sendBinary(bytes: Uint8Array): void;
  /** Waits for the first frame that matches and was not taken yet, and takes it. */
  expect(pattern: unknown, patience?: Patience): Promise<Loose>;
  /** As `expect`, with what the pattern takes down. */
  capture(pattern: unknown, patience?: Patience): Promise<ReadonlyMap<string, unknown>>;
  /** Waits until the other end answered a ping, and so has read all that was sent before. */
  settle(patience?: Patience): Promise<void>;
  /** Settles, then takes all frames that match: what counts comes afterwards. */
  forget(pattern: unknown): Promise<void>;
  /** Settles, then makes sure that no frame that matches came beside those that were taken. */
  never(pattern: unknown, patience?: Patience): Promise<void>;
  /** Waits for the end of the connection. @param code The only close code that will do; absent takes any. */
  closed(code?: number, patience?: Patience): Promise<Closing>;
  close(code?: number): void;
  /** Cuts the connection without a word. */
  drop(): void;
  /** Whether pings are answered by themselves. @default true */
  answersPings: boolean;
  /** Called with each frame, after it was checked. */
  onFrame: (frame: Loose) => void;
  /** Whether a frame is dealt with, so that no scenario is to see it. */
  handles: (frame: Loose) => boolean;
  /** The last lines of traffic. */
  excerpt(): readonly string[];
}

/** What all connections of a run share. */
export interface Setting {
  readonly verdicts: Verdicts;
  /** How long to wait for anything, in milliseconds. */
  readonly timeoutMs: number;
  /** No patience ends before this time: the subject asked to be left alone so long. */
  restUntil: number;
}

const keptLines = 12;
const line = (name: string, arrow: string, text: string): string =>
  `${name} ${arrow} ${text.length > 240 ? `${text.slice(0, 240)}… (${text.length} characters)` : text}`;

let pings = 0;

/** Takes a socket over that is open or about to be accepted. */
export function createConnection(socket: WebSocket, name: string, ends: Ends, setting: Setting): Connection {
  const lines: string[] = [];
  const inbox = createInbox(() => setting.restUntil);
  let weClosed = false;
  const excerpt = () => [...lines];
  const observer = createObserver(ends, setting.verdicts, excerpt);

  function log(arrow: string, text: string): void {
    lines.push(line(name, arrow, text));
    if (lines.length > keptLines) lines.shift();
  }

  socket.on('message', (data: Buffer, isBinary: boolean) => {
    log('←', isBinary ? `(${data.length} binary bytes)` : String(data));
    const frame = observer.came(data, isBinary);
    if (frame === undefined) return;
    if (frame.type === 'ping' && connection.answersPings) {
      connection.send({ type: 'pong', ...(frame.id !== undefined && { id: frame.id }) });
    }
    connection.onFrame(frame);
    if (!connection.handles(frame)) inbox.put(frame);
  });
  socket.on('error', (error) => log('!', error.message));
  socket.on('close', (code, reason) => {
    log('←', `close ${code} ${reason}`.trimEnd());
    if (!weClosed) observer.closed(ends.under, code);
    inbox.end({ code, reason: String(reason), at: Date.now() });
  });

  async function until<T>(
    expected: string,
    { withinMs = setting.timeoutMs, of }: Patience,
    wait: (ms: number) => Promise<T>,
  ) {
    try {
      return await wait(withinMs);
    } catch (error) {
      if (!(error instanceof InVain)) throw error;
      throw new Unmet(`${expected} on the connection of ${name}`, error.message, excerpt(), of);
    }
  }

  const expectation = (pattern: unknown, patience: Patience): Promise<Taken> =>
    until(JSON.stringify(pattern), patience, (ms) => inbox.take(pattern, ms, patience.isProbe));

  const connection: Connection = {
    name,
    socket,
    arrivals: inbox.arrivals,
    answersPings: true,
    onFrame: () => {},
    handles: () => false,
    get isOpen() {
      return socket.readyState === socket.OPEN;
    },
    get welcome() {
      const welcome = inbox.arrivals.find(({ type }) => type === 'welcome');
      if (welcome === undefined) throw new Error(`${name} was not welcomed`);
      return welcome as unknown as Welcome;
    },
    send: (frame) => connection.sendText(JSON.stringify(frame)),
    sendText(text) {
      const readable = typeof text === 'string' ? text : new TextDecoder().decode(text);
      log('→', readable);
      observer.sent(readable);
      if (socket.readyState === socket.OPEN) socket.send(text, { binary: false });
    },
    sendBinary(bytes) {
      log('→', `(${bytes.length} binary bytes)`);
      socket.send(bytes, { binary: true });
    },
    expect: async (pattern, patience = {}) => (await expectation(pattern, patience)).frame,
    capture: async (pattern, patience = {}) => (await expectation(pattern, patience)).taken,
    async settle(patience = {}) {
      const id = `settle-${++pings}`;
      connection.send({ type: 'ping', id });
      try {
        await connection.expect({ type: 'pong', id }, patience);
      } catch (error) {
        if (error instanceof Unmet && connection.isOpen) error.requirement ??= 'R-HEART-2';
        throw error;
      }
    },
    async forget(pattern) {
      await connection.settle();
      inbox.forget(pattern);
    },
    async never(pattern, patience) {
      await connection.settle(patience);
      const found = inbox.left(pattern);
      if (found === undefined) return;
      throw new Unmet(
        `no ${JSON.stringify(pattern)} on the connection of ${name}`,
        `came ${JSON.stringify(found).slice(0, 400)}`,
        excerpt(),
        patience?.of,
      );
    },
    async closed(code, patience = {}) {
      const end = await until(`a close${code === undefined ? '' : ` with ${code}`}`, patience, (ms) =>
        inbox.ended(ms),
      );
      if (code === undefined || end.code === code) return end;
      throw new Unmet(
        `a close with ${code} of the connection of ${name}`,
        `it was closed with ${end.code}`,
        excerpt(),
        patience.of,
      );
    },
    close(code = 1000) {
      weClosed = true;
      log('→', `close ${code}`);
      socket.close(code);
    },
    drop() {
      weClosed = true;
      log('→', '(dropped)');
      socket.terminate();
    },
    excerpt,
  };
  if (socket.isPaused) socket.resume();
  return connection;
}
