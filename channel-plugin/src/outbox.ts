import type { ReplySubmission, TurnSubmission } from '@websocket-channel/protocol';
import { encode } from '@websocket-channel/protocol';
import { ChannelError } from './errors.ts';
import type { Records } from './records.ts';

/** A frame that the relay stores. */
export type DurableFrame = ReplySubmission | TurnSubmission;

/** A frame on its way to the relay. */
export interface OutboxEntry {
  readonly frame: DurableFrame;
  /** The frame as it is written. */
  readonly text: string;
}

/** Bounds of an outbox. */
export interface OutboxLimits {
  /** @default 1000 */
  readonly frames: number;
  /** UTF-8 bytes. @default 16 MiB */
  readonly bytes: number;
}

const defaultLimits: OutboxLimits = { frames: 1000, bytes: 16 * 1024 * 1024 };

/** Keeps durable frames until the relay has them, also over the end of the process. */
export interface Outbox {
  readonly size: number;
  /** Everything that the relay has not acknowledged, oldest first. */
  entries(): readonly OutboxEntry[];
  /**
   * Adds frames, all or none; the same message sent again keeps its place. The end of a turn is always taken: there is at
   * most one for each event that was delivered.
   *
   * @returns Resolves when the relay has them all, rejects with the fate of the first that it will never have.
   * @throws {ChannelError} `outbox_full`
   */
  add(...frames: readonly DurableFrame[]): Promise<void>;
  /** Settles as {@link Outbox.add} does for the frames that wait of these ids, and at once where none does. */
  stored(...ids: readonly string[]): Promise<void>;
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
  readonly fate: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: ChannelError) => void;
}

/** Makes an outbox with the frames that an earlier process left in the records. */
export function createOutbox(records: Records, limits: OutboxLimits = defaultLimits): Outbox {
  const slots = new Map<string, Slot>();
  let bytes = 0;
  let emptied = Promise.withResolvers<void>();

  function take(id: string): Slot | undefined {
    const slot = slots.get(id);
    if (slot === undefined) return undefined;
    slots.delete(id);
    bytes -= slot.bytes;
    records.write({ shelf: 'frames', key: id, value: undefined });
    if (slots.size === 0) {
      emptied.resolve();
      emptied = Promise.withResolvers();
    }
    return slot;
  }

  function put(frame: DurableFrame, text: string): Promise<void> {
    const { promise: fate, resolve, reject } = Promise.withResolvers<void>();
    // Most senders do not wait; an unobserved failure is not to end the process.
    fate.catch(() => {});
    const size = Buffer.byteLength(text);
    slots.set(frame.id, { entry: { frame, text }, bytes: size, fate, resolve, reject });
    bytes += size;
    return fate;
  }

  function stored(...ids: readonly string[]): Promise<void> {
    const all = Promise.all(ids.map((id) => slots.get(id)?.fate)).then(() => {});
    all.catch(() => {});
    return all;
  }

  for (const [, text] of records.all('frames')) {
    const frame = readDurable(text);
    if (frame !== undefined) put(frame, text);
  }

  return {
    get size() {
      return slots.size;
    },
    entries: () => Array.from(slots.values(), ({ entry }) => entry),
    add(...frames) {
      const added = frames.map((frame) => ({ frame, text: encode(frame), earlier: slots.get(frame.id) }));
      let count = slots.size;
      let size = bytes;
      for (const { text, earlier } of added) {
        count += earlier === undefined ? 1 : 0;
        size += Buffer.byteLength(text) - (earlier?.bytes ?? 0);
      }
      const isBounded = frames.some(({ type }) => type !== 'turn');
      if (isBounded && (count > limits.frames || size > limits.bytes)) {
        throw new ChannelError(
          'outbox_full',
          `The outbox holds ${slots.size} frames of ${bytes} bytes that the relay has not acknowledged; at most ${limits.frames} frames of ${limits.bytes} bytes are kept`,
        );
      }
      // Kept before they are written to the socket: what the relay may have is known after a crash.
      records.write(
        ...added.map(({ frame, text }) => ({ shelf: 'frames' as const, key: frame.id, value: text })),
      );
      for (const { frame, text, earlier } of added) {
        bytes -= earlier?.bytes ?? 0;
        const fate = put(frame, text);
        // Whoever waits for the first one learns the fate of the second.
        if (earlier !== undefined) fate.then(earlier.resolve, earlier.reject);
      }
      return stored(...frames.map(({ id }) => id));
    },
    stored,
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

function readDurable(text: string): DurableFrame | undefined {
  try {
    const frame = JSON.parse(text) as DurableFrame;
    return (frame.type === 'reply' || frame.type === 'turn') && typeof frame.id === 'string'
      ? frame
      : undefined;
  } catch {
    return undefined;
  }
}
