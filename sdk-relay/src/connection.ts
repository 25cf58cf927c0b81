import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import {
  type CloseCode,
  closeCodes,
  type ErrorCode,
  type ErrorFrame,
  encode,
  type RelayToAgent,
  type RelayToClient,
} from '@websocket-channel/protocol';
import type { WebSocket } from 'ws';
import { Bundle } from './bundle.ts';
import { steadyNow } from './clock.ts';
import { Outgoing } from './outgoing.ts';
import { type RefusalContext, refusal } from './refusal.ts';
import type { Stats } from './stats.ts';
import type { TurnEnd } from './turn-end.ts';

/** What a connection may hold and how many faults it may make. */
export interface ConnectionBounds {
  readonly bufferedBytes: number;
  readonly liveBufferedBytes: number;
  readonly faults: { readonly count: number; readonly perMs: number };
}

/** What a connection shares with all others. */
export interface ConnectionSetting {
  readonly bounds: ConnectionBounds;
  readonly turnEnd: TurnEnd;
  readonly stats: Stats;
}

/** Says a frame on the wire of an older peer, or nothing where that wire has no word for it. */
export type Translate = (text: string) => string | undefined;

/** One socket: frames out, bounded, flushed once per event-loop turn. It knows no policy. */
export class Connection {
  /** Identity of the connection, for logs and `welcome`. */
  readonly session = randomBytes(9).toString('base64url');
  readonly openedAt = steadyNow();
  /** When the peer was last heard of and spoken to: milliseconds since 1970-01-01 UTC. */
  heardAt = this.openedAt;
  spokenAt = this.openedAt;
  pingedAt = 0;
  /** Called once, as soon as nothing more can be said. */
  onEnd: (() => void) | undefined;
  /** Called when a connection that was congested has room again. */
  onDrain: (() => void) | undefined;
  readonly #socket: WebSocket;
  readonly #stream: Duplex;
  readonly #setting: ConnectionSetting;
  readonly #translate: Translate | undefined;
  readonly #bundle = new Bundle();
  #faults = 0;
  #faultsSince = 0;
  /** Whether the message at hand was counted as a fault already, since it may be wrong in many ways. */
  #isCounted = false;

  /**
   * @param stream What the socket writes to: frames are prepared for many sockets and written there.
   */
  constructor(socket: WebSocket, stream: Duplex, setting: ConnectionSetting, translate?: Translate) {
    this.#socket = socket;
    this.#stream = stream;
    this.#setting = setting;
    this.#translate = translate;
    stream.on('drain', () => this.onDrain?.());
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  /** Whether live frames should wait, since the peer reads more slowly than it is written to. */
  get isCongested(): boolean {
    return this.isFull && this.#waiting > this.#setting.bounds.liveBufferedBytes;
  }

  /** Whether the socket holds as much as it writes at once. */
  get isFull(): boolean {
    return this.#stream.writableNeedDrain || this.#bundle.size >= this.#stream.writableHighWaterMark;
  }

  /** Bytes that wait: until the end of the event-loop turn, or for the peer to read. */
  get #waiting(): number {
    return this.#stream.writableLength + this.#bundle.size;
  }

  send(frame: RelayToClient | RelayToAgent): void {
    this.write(new Outgoing(encode(frame)));
  }

  /** Takes note of a message that has arrived. */
  heard(): void {
    this.heardAt = steadyNow();
    this.#isCounted = false;
  }

  /** Hands over a frame. A peer that lets more than its bound pile up is dropped, to resume later. */
  write(outgoing: Outgoing): void {
    if (!this.isOpen) return;
    const frame = this.#translate === undefined ? outgoing : this.#translated(outgoing.text);
    if (frame === undefined || this.#overflows()) return;
    if (this.#bundle.size === 0) this.#setting.turnEnd.flush(this);
    this.#bundle.add(frame);
  }

  /** Flushes what the event-loop turn gathered. */
  run(): void {
    if (this.#bundle.size === 0) return;
    const wasFull = this.isFull;
    const chunk = this.#bundle.take();
    // After the farewell of the peer nothing may follow.
    if (!this.isOpen) return;
    this.spokenAt = steadyNow();
    this.#stream.write(chunk);
    // A stream that could write all of it at once has nothing to drain.
    if (wasFull && !this.isFull) process.nextTick(() => this.onDrain?.());
  }

  /** Answers a frame that cannot be taken. A peer that goes on like this is dropped. */
  refuse(code: ErrorCode, message: string, context?: RefusalContext): void {
    const { retryable } = this.decline(code, message, context);
    if (retryable || this.#isCounted) return;
    this.#isCounted = true;
    const { count, perMs } = this.#setting.bounds.faults;
    const now = steadyNow();
    if (now - this.#faultsSince >= perMs) {
      this.#faultsSince = now;
      this.#faults = 0;
    }
    if (++this.#faults > count) this.close(closeCodes.protocolViolation, 'too many faults');
  }

  /** Answers a frame that cannot be taken, although its sender did nothing wrong. */
  decline(code: ErrorCode, message: string, context?: RefusalContext): ErrorFrame {
    this.#setting.stats.fault(code);
    const frame = refusal(code, message, context);
    this.send(frame);
    return frame;
  }

  /** Asks for a sign of life: by a frame, or below the wire of an older peer. */
  ping(now: number): void {
    this.pingedAt = now;
    this.spokenAt = now;
    if (this.#translate === undefined) this.send({ type: 'ping' });
    else if (this.isOpen) this.#socket.ping();
  }

  close(code: CloseCode | 1000, reason: string): void {
    if (!this.isOpen) return;
    this.run();
    this.#setting.stats.closed(code);
    this.#socket.close(code, reason);
    this.end();
  }

  /** Tells whoever uses the connection that it is over; a peer that is gone may leave its socket open for a while. */
  end(): void {
    const { onEnd } = this;
    this.onEnd = undefined;
    this.onDrain = undefined;
    onEnd?.();
  }

  /** Ends the connection at once, without a farewell. */
  terminate(): void {
    this.#socket.terminate();
  }

  #translated(text: string): Outgoing | undefined {
    const translated = this.#translate?.(text);
    return translated === undefined ? undefined : new Outgoing(translated);
  }

  /** @returns Whether too much waits already; then the connection is closed. */
  #overflows(): boolean {
    const { bufferedBytes } = this.#setting.bounds;
    if (this.#waiting <= bufferedBytes) return false;
    // What was only held back until the end of the turn is no backlog.
    this.run();
    if (this.#waiting <= bufferedBytes) return false;
    this.close(closeCodes.slowReader, 'reads too slowly');
    return true;
  }
}
