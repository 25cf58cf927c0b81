import { createMemory } from '../../sequence/memory.ts';
import type { Connection } from '../connection.ts';
import type { Loose } from '../observer.ts';

/** What the played relay has stored, by conversation. */
export interface Log {
  readonly epoch: string;
  /** Stores a frame. @returns The frame as it is delivered. */
  append(conversation: string, frame: Loose): Loose;
  /** Stores what the subject submitted, and answers it. @returns The frame, unless it was known. */
  acknowledge(on: Connection, conversation: string, frame: Loose): Loose | undefined;
  last(conversation: string): number;
  after(conversation: string, seq: number): readonly Loose[];
}

export function createLog(epoch: string): Log {
  const frames = new Map<string, Loose[]>();
  const known = createMemory<number>();
  const of = (conversation: string): Loose[] => {
    const log = frames.get(conversation) ?? [];
    frames.set(conversation, log);
    return log;
  };
  const log: Log = {
    epoch,
    append(conversation, frame) {
      const stored = { ...frame, conversation, epoch, seq: of(conversation).length + 1 };
      of(conversation).push(stored);
      return stored;
    },
    acknowledge(on, conversation, frame) {
      const key = `${conversation} ${frame.type} ${frame.id}`;
      const seq = known.get(key);
      const stored = seq === undefined ? log.append(conversation, frame) : undefined;
      const at = seq ?? Number(stored?.seq);
      known.set(key, at);
      const status = seq === undefined ? 'accepted' : 'duplicate';
      on.send({ type: 'ack', id: frame.id, conversation, epoch, seq: at, status });
      return stored;
    },
    last: (conversation) => of(conversation).length,
    after: (conversation, seq) => of(conversation).slice(seq),
  };
  return log;
}
