import type { ReplySubmission, TurnSubmission } from '@websocket-channel/protocol';
import { encode } from '@websocket-channel/protocol';
import { ChannelError } from './errors.ts';

/** A frame that the relay stores. */
export type DurableFrame = ReplySubmission | TurnSubmission;

/** A frame on its way to the relay. */
export interface OutboxEntry {
  readonly frame: DurableFrame;
  /** The frame as it is written. */
  readonly text: string;
  /** Session in which it was written last; absent while it waits. */
  session?: number;
}

/** Bounds of an outbox. */
export interface OutboxLimits {
  /** @default 1000 */
  readonly frames: number;
  /** UTF-8 bytes. @default 16 MiB */
  readonly bytes: number;
}

const defaultLimits: OutboxLimits = { frames: 1000, bytes: 16 * 1024 * 1024 };

/** Keeps durable frames until the relay has them. Lives in memory. */
export interface Outbox {
  readonly size: number;
  /** Everything that the relay has not acknowledged, oldest first. */
  entries(): readonly OutboxEntry[];
  /**
   * Adds a frame. The end of a turn is always taken: there is at most one for each event that was delivered.
   *
   * @returns The entry, and a promise that settles with the fate of the frame.
   * @throws {ChannelError} `outbox_full`
   */
  add(frame: DurableFrame): { readonly entry: OutboxEntry; readonly stored: Promise<void> };
  /** The relay has the frame. @returns Whether it was waited for. */
  settle(id: string): boolean;
  /** The frame will never reach the relay. @returns Whether it was waited for. */
  fail(id: string, error: ChannelError): boolean;
  /** Resolves when nothing waits any more. */
  empty(): Promise<void>;
  /** Gives everything up. */
  clear(error: ChannelError): void;
}

interface Slot {
  readonly entry: OutboxEntry;
  readonly bytes: number;
  readonly resolve: () => void;
  readonly reject: (error: ChannelError) => void;
}

/** Makes an empty outbox. */
export function createOutbox(limits: OutboxLimits = defaultLimits): Outbox {
  const slots = new Map<string, Slot>();
  let bytes = 0;
  let emptied = Promise.withResolvers<void>();

  function take(id: string): Slot | undefined {
    const slot = slots.get(id);
    if (slot === undefined) return undefined;
    slots.delete(id);
    bytes -= slot.bytes;
    if (slots.size === 0) {
      emptied.resolve();
      emptied = Promise.withResolvers();
    }
    return slot;
  }

  return {
    get size() {
      return slots.size;
    },
    entries: () => Array.from(slots.values(), ({ entry }) => entry),
    add(frame) {
      const text = encode(frame);
      const size = Buffer.byteLength(text);
      if (frame.type !== 'turn' && (slots.size >= limits.frames || bytes + size > limits.bytes)) {
        throw new ChannelError(
          'outbox_full',
          `The outbox holds ${slots.size} frames of ${bytes} bytes that the relay has not acknowledged; at most ${limits.frames} frames of ${limits.bytes} bytes are kept`,
        );
      }
      const { promise: stored, resolve, reject } = Promise.withResolvers<void>();
      // Most senders do not wait; an unobserved failure is not to end the process.
      stored.catch(() => {});
      // The same message sent again: whoever waits for the first one learns the fate of the second.
      const earlier = take(frame.id);
      if (earlier !== undefined) stored.then(earlier.resolve, earlier.reject);
      const entry: OutboxEntry = { frame, text };
      slots.set(frame.id, { entry, bytes: size, resolve, reject });
      bytes += size;
      return { entry, stored };
    },
    settle(id) {
      const slot = take(id);
      slot?.resolve();
      return slot !== undefined;
    },
    fail(id, error) {
      const slot = take(id);
      slot?.reject(error);
      return slot !== undefined;
    },
    empty: () => (slots.size === 0 ? Promise.resolve() : emptied.promise),
    clear(error) {
      for (const id of [...slots.keys()]) take(id)?.reject(error);
    },
  };
}
