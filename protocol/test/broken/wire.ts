import { WebSocket } from 'ws';
import { subprotocol } from '../../src/versions.ts';
import type { Defects } from './defects.ts';

/** A frame whose members are looked at one by one. */
export type Loose = { type: string; id?: string } & Record<string, unknown>;

/** What a reference peer does with its connection. */
export interface WireOptions {
  readonly url: string;
  readonly has: Defects;
  readonly hello: () => Loose;
  readonly onFrame: (frame: Loose, send: (frame: object) => void) => void;
  readonly onWelcome: (send: (frame: object) => void, welcome: Loose) => void;
  /** Called with what comes from a relay that does not select the subprotocol. */
  readonly onLegacy?: (text: string, send: (frame: object) => void) => void;
}

/** A connection that comes back by itself, with backoff and full jitter. */
export interface Wire {
  /** @returns Whether it was written. */
  send(frame: object): boolean;
  stop(): Promise<void>;
  kill(): void;
}

const backoff = { minMs: 100, maxMs: 800 };

export function openWire({ url, has, hello, onFrame, onWelcome, onLegacy }: WireOptions): Wire {
  let socket: WebSocket | undefined;
  let timer: NodeJS.Timeout | undefined;
  let watchdog: NodeJS.Timeout | undefined;
  let attempt = 0;
  let stopped = false;
  let legacy = false;
  let ready = false;
  let silenceMs = 0;

  const send = (frame: object): boolean => {
    if (socket?.readyState !== WebSocket.OPEN) return false;
    socket.send(JSON.stringify(frame));
    return true;
  };

  function heard(): void {
    clearTimeout(watchdog);
    if (silenceMs > 0 && !has('R-HEART-4')) watchdog = setTimeout(() => socket?.terminate(), silenceMs);
  }

  function connect(): void {
    const target = has('R-HELLO-9') ? `${url}/?token=secret` : url;
    const current = new WebSocket(target, legacy ? [] : [subprotocol], { perMessageDeflate: false });
    socket = current;
    let refusesSubprotocol = false;
    current.on('error', ({ message }) => {
      refusesSubprotocol = message === 'Server sent no subprotocol';
    });
    current.on('open', () => {
      if (legacy) return;
      if (has('R-HELLO-1')) send({ type: 'ping' });
      send(hello());
    });
    current.on('message', (data) => {
      if (legacy) return onLegacy?.(String(data), send);
      heard();
      read(String(data));
    });
    current.on('close', (code) => {
      clearTimeout(watchdog);
      ready = false;
      if (refusesSubprotocol && onLegacy !== undefined) legacy = true;
      if (stopped || (code >= 4400 && code <= 4499 && !has('R-CLOSE-1'))) return;
      const bound = Math.min(backoff.maxMs, backoff.minMs * 2 ** attempt++);
      timer = setTimeout(connect, has('R-CLOSE-2') ? 800 : Math.random() * bound);
    });
  }

  function read(text: string): void {
    if (has('R-FRAME-3') && text.includes(':null')) return;
    const frame: Loose = JSON.parse(text, (key, value) => (value === null && key !== '' ? undefined : value));
    switch (frame.type) {
      case 'welcome': {
        const { intervalMs, graceMs } = frame.heartbeat as { intervalMs: number; graceMs: number };
        silenceMs = intervalMs + graceMs;
        attempt = 0;
        ready = true;
        heard();
        if (has('R-FRAME-1')) socket?.send(Buffer.from('{"type":"ping"}'));
        return onWelcome(send, frame);
      }
      case 'ping':
        return void send({
          type: 'pong',
          ...(frame.id !== undefined && !has('R-HEART-2') && { id: frame.id }),
        });
      default:
        if (has('R-FRAME-2') && frame.type.startsWith('x-')) return socket?.close(1008);
        return onFrame(frame, send);
    }
  }

  connect();
  return {
    send: (frame) => ready && send(frame),
    async stop() {
      stopped = true;
      clearTimeout(timer);
      clearTimeout(watchdog);
      if (socket?.readyState !== WebSocket.OPEN) return socket?.terminate();
      const closed = new Promise((resolve) => socket?.once('close', resolve));
      send({ type: 'bye', reason: 'done' });
      if (has('R-CLOSE-7')) send({ type: 'ping' });
      socket.close(1000);
      await closed;
    },
    kill() {
      stopped = true;
      clearTimeout(timer);
      clearTimeout(watchdog);
      socket?.terminate();
    },
  };
}
