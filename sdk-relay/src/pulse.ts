import { closeCodes, type Heartbeat } from '@websocket-channel/protocol';
import type { Connection } from './connection.ts';

/**
 * How often all connections are looked after, in milliseconds: one timer serves them all.
 *
 * @param shortestMs The shortest time that is to be kept.
 */
export const tickMs = (shortestMs: number): number => Math.min(1000, Math.max(5, Math.floor(shortestMs / 4)));

/** Keeps the promise that `welcome.heartbeat` makes, and takes a peer that breaks it for gone. */
export class Pulse {
  readonly #heartbeat: Heartbeat;
  readonly #tickMs: number;

  constructor(heartbeat: Heartbeat, tick: number) {
    this.#heartbeat = heartbeat;
    this.#tickMs = tick;
  }

  check(connection: Connection, now: number): void {
    const { intervalMs, graceMs } = this.#heartbeat;
    const silence = now - connection.heardAt;
    if (silence >= intervalMs + graceMs) {
      return connection.close(closeCodes.heartbeatTimeout, 'silent for too long');
    }
    const due = intervalMs - 2 * this.#tickMs;
    const isOwed = now - connection.spokenAt >= due;
    const isDoubted = silence >= due && connection.pingedAt <= connection.heardAt;
    if (isOwed || isDoubted) connection.ping(now);
  }
}
