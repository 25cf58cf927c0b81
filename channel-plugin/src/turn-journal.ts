import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** What is remembered of a turn. */
export interface RecordedTurn {
  readonly id: string;
  readonly conversation: string;
  readonly events: readonly string[];
}

/** Remembers which turns have not ended, so that those that a crash cut off can be ended after it. */
export interface TurnJournal {
  /** The turns that an earlier process left open. */
  leftOpen(): Promise<readonly RecordedTurn[]>;
  /** Remembers a turn; resolves when that would survive a crash of the process. */
  note(turn: RecordedTurn): Promise<void>;
  forget(id: string): Promise<void>;
  /** Resolves when all changes so far are written. */
  written(): Promise<void>;
}

/** Makes a journal in a file, which need not be there. One that cannot be read counts as empty. */
export function createTurnJournal(file: string): TurnJournal {
  const open = new Map<string, RecordedTurn>();
  const loaded = read(file).then((turns) => {
    for (const turn of turns) open.set(turn.id, turn);
    return turns;
  });
  let writing: Promise<void> = loaded.then(() => {});
  let waiting: Promise<void> | undefined;

  /** All changes that arise while the file is being written go into the next writing together. */
  function save(): Promise<void> {
    waiting ??= writing
      .catch(() => {})
      .then(() => {
        waiting = undefined;
        writing = write(file, [...open.values()]);
        return writing;
      });
    return waiting;
  }

  return {
    leftOpen: () => loaded,
    written: async () => void (await Promise.allSettled([waiting ?? writing])),
    async note({ id, conversation, events }) {
      await loaded;
      open.set(id, { id, conversation, events });
      await save();
    },
    async forget(id) {
      await loaded;
      if (open.delete(id)) await save();
    },
  };
}

async function read(file: string): Promise<readonly RecordedTurn[]> {
  try {
    const turns: unknown = JSON.parse(await readFile(file, 'utf8'));
    return Array.isArray(turns) ? turns.filter(isRecordedTurn) : [];
  } catch {
    return [];
  }
}

async function write(file: string, turns: readonly RecordedTurn[]): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.draft`;
  await writeFile(draft, JSON.stringify(turns), { mode: 0o600 });
  await rename(draft, file);
}

function isRecordedTurn(value: unknown): value is RecordedTurn {
  const { id, conversation, events } = (value ?? {}) as Partial<Record<string, unknown>>;
  return (
    typeof id === 'string' &&
    typeof conversation === 'string' &&
    Array.isArray(events) &&
    events.every((event) => typeof event === 'string')
  );
}
