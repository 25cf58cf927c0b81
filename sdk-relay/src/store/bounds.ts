import { withDefaults } from '../defaults.ts';

/** How much a store keeps. */
export interface StoreBounds {
  /** Frames per conversation. @default 1000 */
  readonly frames?: number;
  /** UTF-16 units of text per conversation. @default 8388608 */
  readonly size?: number;
  /** Conversations; beyond it, the log that was unused for longest goes. @default 100000 */
  readonly conversations?: number;
  /** UTF-16 units of text in all logs; beyond it, the log that was unused for longest goes. @default 268435456 */
  readonly totalSize?: number;
  /** Age of a frame in milliseconds. @default 604800000 (7 days) */
  readonly ageMs?: number;
  /** Events that may wait for one agent. @default 1000 */
  readonly mailbox?: number;
  /** UTF-16 units of text that may wait for one agent. @default 33554432 */
  readonly mailboxSize?: number;
  /** How long an event waits for its agent, in milliseconds. @default 86400000 (1 day) */
  readonly mailboxAgeMs?: number;
}

/** Bounds of a store of which none were given. */
export const defaultStoreBounds: Required<StoreBounds> = {
  frames: 1000,
  size: 8 * 1024 * 1024,
  conversations: 100_000,
  totalSize: 256 * 1024 * 1024,
  ageMs: 7 * 24 * 60 * 60 * 1000,
  mailbox: 1000,
  mailboxSize: 32 * 1024 * 1024,
  mailboxAgeMs: 24 * 60 * 60 * 1000,
};

/**
 * Fills in what was left open.
 *
 * @param where What stands before the name of a bound in an error.
 * @throws {TypeError} If a bound is no number, or `frames` no whole one.
 */
export function resolveBounds(where: string, bounds: StoreBounds): Required<StoreBounds> {
  const resolved = withDefaults(where, defaultStoreBounds, bounds);
  if (Math.floor(resolved.frames) !== resolved.frames) {
    throw new TypeError(`${where}frames must be a whole number`);
  }
  return resolved;
}
