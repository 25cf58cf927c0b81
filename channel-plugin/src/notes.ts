import { messageOf } from './errors.ts';
import type { Host, NotedEvent } from './host-port.ts';
import type { Log } from './log.ts';
import type { Change, Records } from './records.ts';

/** What notes need. */
export interface NotesOptions {
  readonly host: Host;
  readonly records: Records;
  readonly log: Log;
  /** How many are remembered. @default 1000 */
  readonly limit?: number;
}

/** Tells the agent of what needs no answer. OpenClaw holds it in memory until the next run, which a crash may prevent. */
export interface Notes {
  /** Tells, and remembers what was told until the session runs. */
  add(key: string, session: string, event: NotedEvent, text: string): void;
  /** Tells again what no run of an earlier process was told. */
  resume(): void;
  /** A run of the session has begun: it was told. */
  told(session: string): void;
}

interface Note {
  readonly session: string;
  readonly event: NotedEvent;
  readonly text: string;
}

/** Makes the keeper of notes, with those of earlier processes. What of them cannot be read is forgotten. */
export function createNotes({ host, records, log, limit = 1000 }: NotesOptions): Notes {
  const notes = new Map<string, Note>();
  for (const [key, value] of records.all('notes')) {
    const note = parse(value);
    if (note !== undefined) notes.set(key, note);
  }

  function forget(keys: Iterable<string>): Change[] {
    return Array.from(keys, (key) => {
      notes.delete(key);
      return { shelf: 'notes', key, value: undefined };
    });
  }

  return {
    add(key, session, event, text) {
      const note: Note = { session, event, text };
      notes.set(key, note);
      const oldest = [...notes.keys()].slice(0, Math.max(0, notes.size - limit));
      records.write({ shelf: 'notes', key, value: JSON.stringify(note) }, ...forget(oldest));
      host.note(event, text);
    },
    resume() {
      for (const { event, text } of notes.values()) {
        try {
          host.note(event, text);
        } catch (error) {
          log.warn(`The agent is not told of an event: ${messageOf(error)}`);
        }
      }
    },
    told(session) {
      const told = [...notes].filter(([, note]) => note.session === session).map(([key]) => key);
      if (told.length > 0) records.write(...forget(told));
    },
  };
}

function parse(text: string): Note | undefined {
  try {
    const value = JSON.parse(text) as Partial<Record<keyof Note, unknown>>;
    const { session, event, text: told } = value;
    const sound = typeof session === 'string' && typeof told === 'string' && typeof event === 'object';
    return sound && event !== null ? (value as Note) : undefined;
  } catch {
    return undefined;
  }
}
