import { appendFileSync, existsSync, readFileSync, truncateSync } from 'node:fs';
import type { Event, ReplySubmission, TurnSubmission } from '@websocket-channel/protocol';

/** A frame that the relay has to store. */
export type DurableFrame = ReplySubmission | TurnSubmission;

/** What an agent must not forget when it is killed. */
export interface AgentJournal {
  /** Events that were taken over and not answered, in their order. */
  readonly open: ReadonlyMap<string, Event>;
  /** Frames that the relay has not acknowledged, in their order. */
  readonly unacknowledged: ReadonlyMap<string, DurableFrame>;
  /** Whether an event was ever taken over. */
  knows(event: string): boolean;
  take(event: Event & { readonly id: string }): void;
  /** Keeps the answer to an event. */
  answer(event: string, frames: readonly DurableFrame[]): void;
  acknowledge(frame: string): void;
}

type Entry =
  | { readonly taken: Event & { readonly id: string } }
  | { readonly answered: string; readonly frames: readonly DurableFrame[] }
  | { readonly acknowledged: string };

/** Opens a journal: a file of lines, each of which is whole or was not written. */
export function openAgentJournal(file: string): AgentJournal {
  const known = new Set<string>();
  const open = new Map<string, Event>();
  const unacknowledged = new Map<string, DurableFrame>();

  function apply(entry: Entry): void {
    if ('taken' in entry) {
      known.add(entry.taken.id);
      open.set(entry.taken.id, entry.taken);
    } else if ('answered' in entry) {
      open.delete(entry.answered);
      for (const frame of entry.frames) unacknowledged.set(frame.id, frame);
    } else unacknowledged.delete(entry.acknowledged);
  }

  function write(entry: Entry): void {
    appendFileSync(file, `${JSON.stringify(entry)}\n`);
    apply(entry);
  }

  if (existsSync(file)) {
    const text = readFileSync(file, 'utf8');
    const whole = text.lastIndexOf('\n') + 1;
    for (const line of text.slice(0, whole).split('\n')) if (line !== '') apply(JSON.parse(line));
    truncateSync(file, Buffer.byteLength(text.slice(0, whole)));
  }
  return {
    open,
    unacknowledged,
    knows: (event) => known.has(event),
    take: (taken) => write({ taken }),
    answer: (answered, frames) => write({ answered, frames }),
    acknowledge: (acknowledged) => {
      if (unacknowledged.has(acknowledged)) write({ acknowledged });
    },
  };
}
