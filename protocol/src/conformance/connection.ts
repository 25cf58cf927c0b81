import type { WebSocket } from 'ws';
import type { Welcome } from '../generated/frames.ts';
import { createObserver, type Ends, type Loose } from './observer.ts';
import { match } from './pattern.ts';
import { Unmet } from './unmet.ts';
import type { Verdicts } from './verdicts.ts';

/** How a connection ended. */
export interface Closing {
  readonly code: number;
  readonly reason: string;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly at: number;
}

/** How long to wait, and who is to blame if it was in vain. */
export interface Patience {
  /** Milliseconds. @default the run's timeout */
  readonly withinMs?: number;
  /** The requirement at fault, where it is not the scenario's. */
  readonly of?: string;
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
  const arrivals: Loose[] = [];
  const untaken: Loose[] = [];
  const waiting = new Set<() => void>();
  let closing: Closing | undefined;
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
    arrivals.push(frame);
    untaken.push(frame);
    if (frame.type === 'ping' && connection.answersPings) {
      connection.send({ type: 'pong', ...(frame.id !== undefined && { id: frame.id }) });
    }
    connection.onFrame(frame);
    for (const wake of [...waiting]) wake();
  });
  socket.on('error', (error) => log('!', error.message));
  socket.on('close', (code, reason) => {
    closing = { code, reason: String(reason), at: Date.now() };
    log('←', `close ${code} ${closing.reason}`);
    if (!weClosed) observer.closed(ends.under, code);
    for (const wake of [...waiting]) wake();
  });

  /** Tries again after everything that happens, until it succeeds, cannot any more, or the time is over. */
  function until<T>(
    attempt: () => T | undefined,
    expected: string,
    { withinMs = setting.timeoutMs, of }: Patience,
    endsWithConnection: boolean,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      const finish = (action: () => void) => {
        clearTimeout(timer);
        waiting.delete(check);
        action();
      };
      const fail = (came: string) =>
        finish(() => reject(new Unmet(`${expected} on the connection of ${name}`, came, excerpt(), of)));
      const check = () => {
        const found = attempt();
        if (found !== undefined) return finish(() => resolve(found));
        if (endsWithConnection && closing !== undefined)
          fail(`the connection was closed with ${closing.code}`);
      };
      const giveUp = () => {
        const rest = setting.restUntil - Date.now();
        if (rest > 0) timer = setTimeout(giveUp, rest);
        else fail(`nothing of the kind came within ${withinMs} ms`);
      };
      let timer = setTimeout(giveUp, withinMs);
      waiting.add(check);
      check();
    });
  }

  function take(pattern: unknown) {
    for (const [index, frame] of untaken.entries()) {
      const taken = match(pattern, frame);
      if (taken === undefined) continue;
      untaken.splice(index, 1);
      return { frame, taken };
    }
    return undefined;
  }

  const expectation = (pattern: unknown, patience: Patience) =>
    until(() => take(pattern), JSON.stringify(pattern), patience, true);

  const connection: Connection = {
    name,
    socket,
    arrivals,
    answersPings: true,
    onFrame: () => {},
    get isOpen() {
      return socket.readyState === socket.OPEN;
    },
    get welcome() {
      const welcome = arrivals.find(({ type }) => type === 'welcome');
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
      await connection.expect({ type: 'pong', id }, { of: 'R-HEART-2', ...patience });
    },
    async never(pattern, patience) {
      await connection.settle(patience);
      const found = untaken.find((frame) => match(pattern, frame) !== undefined);
      if (found === undefined) return;
      throw new Unmet(
        `no ${JSON.stringify(pattern)} on the connection of ${name}`,
        `came ${JSON.stringify(found).slice(0, 400)}`,
        excerpt(),
        patience?.of,
      );
    },
    async closed(code, patience = {}) {
      const end = await until(
        () => closing,
        `a close${code === undefined ? '' : ` with ${code}`}`,
        patience,
        false,
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
