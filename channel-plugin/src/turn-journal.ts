import type { Records } from './records.ts';

/** What is remembered of a turn that has not ended, so that it can be ended after a crash. */
export interface RecordedTurn {
  readonly id: string;
  readonly conversation: string;
  readonly events: readonly string[];
  /** The session in which the agent answers. */
  readonly session: string;
  readonly thread?: string | undefined;
  /** Id of the reply that is being written. */
  readonly draft?: string | undefined;
  /** What the agent answered, until it is on its way. */
  readonly text?: string | undefined;
  /** Whether a part of an answer is on its way. */
  readonly begun?: boolean | undefined;
  /** Whether an answer is on its way. */
  readonly answered?: boolean | undefined;
}

/** Remembers which turns have not ended. */
export interface TurnJournal {
  /** The turns that have not ended, oldest first. */
  turns(): readonly RecordedTurn[];
  /** Remembers a turn. @returns Whether that would survive a crash of the process. */
  note(turn: RecordedTurn): boolean;
  /** Remembers more of a turn, if it is remembered at all. */
  change(id: string, more: Omit<Partial<RecordedTurn>, 'id'>): void;
  forget(id: string): void;
}

/** Makes a journal in the records. What of it cannot be read is forgotten. */
export function createTurnJournal(records: Records): TurnJournal {
  const open = new Map<string, RecordedTurn>();
  for (const [id, value] of records.all('turns')) {
    const turn = parse(value);
    if (turn !== undefined) open.set(id, turn);
  }

  function note(turn: RecordedTurn): boolean {
    open.set(turn.id, turn);
    return records.write({ shelf: 'turns', key: turn.id, value: JSON.stringify(turn) });
  }

  return {
    turns: () => [...open.values()],
    note,
    change(id, more) {
      const turn = open.get(id);
      if (turn !== undefined) note({ ...turn, ...more });
    },
    forget(id) {
      if (open.delete(id)) records.write({ shelf: 'turns', key: id, value: undefined });
    },
  };
}

function parse(text: string): RecordedTurn | undefined {
  try {
    const value = JSON.parse(text) as Partial<Record<keyof RecordedTurn, unknown>>;
    const { id, conversation, events, session } = value;
    const sound =
      typeof id === 'string' &&
      typeof conversation === 'string' &&
      typeof session === 'string' &&
      Array.isArray(events) &&
      events.every((event) => typeof event === 'string');
    return sound ? (value as RecordedTurn) : undefined;
  } catch {
    return undefined;
  }
}
