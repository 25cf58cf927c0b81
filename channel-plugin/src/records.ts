import { closeSync, mkdirSync, openSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { messageOf } from './errors.ts';

/**
 * What is kept: events that were handled, turns that have not ended, frames that the relay does not have yet, messages that
 * OpenClaw may hand over again, what the agent was told and has not used yet, and what the relay is.
 */
export type Shelf = 'handled' | 'turns' | 'frames' | 'sent' | 'notes' | 'relay';

/** One thing that is kept from now on, or no longer where it has no value. */
export interface Change {
  readonly shelf: Shelf;
  readonly key: string;
  readonly value: string | undefined;
}

/** What an agent remembers over the end of its process, however that comes. */
export interface Records {
  /** What is kept, oldest first. */
  all(shelf: Shelf): readonly (readonly [key: string, value: string])[];
  /**
   * Keeps changes, all or none. Where they cannot be written they wait, and are written with the next ones, if only with none.
   *
   * @returns Whether they, and all before them, would survive a crash of the process; where an event was handled, a power
   * failure as well.
   */
  write(...changes: readonly Change[]): boolean;
  /** Why nothing can be written at the moment. */
  readonly trouble: string | undefined;
  /** Tells one listener, in place of the one before, when writing begins to fail, and with nothing when it works again. */
  watch(onTrouble: (trouble: string | undefined) => void): void;
  /** What is kept stays in the file; nothing is written any more. */
  close(): void;
}

const version = 1;

/** Changes that wait for a disk; beyond it the oldest handled events, and what is no longer kept, are forgotten. */
const mostWaiting = 20_000;

const schema = `
CREATE TABLE kept (position INTEGER PRIMARY KEY, shelf TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, UNIQUE (shelf, key));
PRAGMA user_version = ${version}`;

interface Opened {
  read(shelf: Shelf): readonly (readonly [string, string])[];
  /** @throws {Error} when the disk refuses. */
  write(changes: readonly Change[]): void;
  /** Writes as little as can be. @throws {Error} when the disk refuses. */
  probe(): void;
  close(): void;
}

/**
 * Keeps records in a SQLite file, which need not be there. A folder or disk that cannot be written to is told as trouble, and
 * tried again with every change; until then what happens is remembered in memory alone.
 *
 * @param onDamaged Told where a damaged file was put aside.
 */
export function createRecords(file: string, onDamaged: (aside: string) => void): Records {
  const waiting = new Map<string, Change>();
  let onTrouble: (trouble: string | undefined) => void = () => {};
  let trouble: string | undefined;
  let opened: Opened | undefined;
  let closed = false;

  function attempt<T>(action: () => T): T | undefined {
    try {
      const result = action();
      if (trouble !== undefined) {
        trouble = undefined;
        onTrouble(undefined);
      }
      return result;
    } catch (error) {
      const first = trouble === undefined;
      trouble = messageOf(error);
      if (first) onTrouble(trouble);
      return undefined;
    }
  }

  function open(): Opened {
    try {
      return openFile(file);
    } catch (error) {
      if (!isDamage(error)) throw error;
      const aside = `${file}.damaged-${Date.now()}`;
      renameSync(file, aside);
      onDamaged(aside);
      return openFile(file);
    }
  }

  attempt(() => {
    opened = open();
  });

  return {
    get trouble() {
      return trouble;
    },
    watch(listener) {
      onTrouble = listener;
      if (trouble !== undefined) onTrouble(trouble);
    },
    all(shelf) {
      const file = opened;
      return file === undefined ? [] : (attempt(() => file.read(shelf)) ?? []);
    },
    write(...changes) {
      if (closed) return false;
      for (const change of changes) {
        const name = `${change.shelf} ${change.key}`;
        waiting.delete(name);
        waiting.set(name, change);
      }
      const written = attempt(() => {
        opened ??= open();
        if (trouble !== undefined) opened.probe();
        opened.write([...waiting.values()]);
        return true;
      });
      if (written) waiting.clear();
      else forgetOldest(waiting);
      return written === true;
    },
    close() {
      closed = true;
      opened?.close();
      opened = undefined;
    },
  };
}

function forgetOldest(waiting: Map<string, Change>): void {
  for (const [name, { shelf, value }] of waiting) {
    if (waiting.size <= mostWaiting) return;
    if (shelf === 'handled' || value === undefined) waiting.delete(name);
  }
}

function openFile(file: string): Opened {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  // The database makes its files readable to all that the process lets read.
  closeSync(openSync(file, 'a', 0o600));
  const database = new DatabaseSync(file, { timeout: 500 });
  try {
    // Written to the file at once, so that it survives the process; a power failure may cost the last moments.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
    const found = Number(database.prepare('PRAGMA user_version').get()?.user_version);
    if (found > version) throw new Error(`${file} was written by a newer version of the channel`);
    if (Object.values(database.prepare('PRAGMA quick_check(1)').get() ?? {})[0] !== 'ok') {
      throw Object.assign(new Error(`${file} is damaged`), { errcode: corrupt });
    }
    if (found === 0) database.exec(`BEGIN IMMEDIATE; ${schema}; COMMIT`);
    const select = database.prepare('SELECT key, value FROM kept WHERE shelf = ? ORDER BY position');
    const put = database.prepare(
      'INSERT INTO kept (shelf, key, value) VALUES (?, ?, ?) ON CONFLICT (shelf, key) DO UPDATE SET value = excluded.value',
    );
    const remove = database.prepare('DELETE FROM kept WHERE shelf = ? AND key = ?');
    return {
      read: (shelf) => select.all(shelf).map(({ key, value }) => [String(key), String(value)]),
      write(changes) {
        // Of such an event the relay says nothing more: without it the turn would have no end.
        const waits = changes.some(({ shelf }) => shelf === 'handled');
        if (waits) database.exec('PRAGMA synchronous = FULL');
        try {
          database.exec('BEGIN IMMEDIATE');
          for (const { shelf, key, value } of changes) {
            if (value === undefined) remove.run(shelf, key);
            else put.run(shelf, key, value);
          }
          database.exec('COMMIT');
        } catch (error) {
          if (database.isTransaction) database.exec('ROLLBACK');
          throw error;
        } finally {
          if (waits) database.exec('PRAGMA synchronous = NORMAL');
        }
      },
      probe: () => database.exec(`PRAGMA user_version = ${version}`),
      close: () => database.close(),
    };
  } catch (error) {
    database.close();
    throw error;
  }
}

/** `SQLITE_CORRUPT` */
const corrupt = 11;
/** `SQLITE_NOTADB` */
const noDatabase = 26;

const isDamage = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && (error.errcode === corrupt || error.errcode === noDatabase);
