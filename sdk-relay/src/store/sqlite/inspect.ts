import { pragma, readDatabase, structuralFaults } from './database.ts';
import { SqliteState } from './state.ts';
import type { ConversationRow } from './tables.ts';

/** What is in a relay's database. */
export interface Inspection {
  readonly version: number;
  readonly bytes: number;
  readonly conversations: number;
  readonly frames: number;
  /** UTF-16 units of text in all logs. */
  readonly size: number;
  /** Events that wait, by agent. */
  readonly waiting: ReadonlyMap<string, number>;
  /** What is damaged, in words; empty if nothing is. */
  readonly faults: readonly string[];
}

/** Faults of SQLite's own structures that are told. */
const faultsTold = 20;

/** Reads all that is in a database and changes nothing. @throws {StoreError} If it cannot be opened. */
export function inspect(file: string): Inspection {
  return readDatabase(file, (database) => {
    const faults: string[] = [];
    const seen = { conversations: 0, frames: 0, size: 0 };
    const waiting = new Map<string, number>();
    const attempt = (what: string, action: () => void): void => {
      try {
        action();
      } catch (error) {
        faults.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
      }
    };
    attempt('pages', () => faults.push(...structuralFaults(database, faultsTold)));
    attempt('content', () => {
      const state = new SqliteState(database);
      seen.conversations = state.conversations;
      for (const row of [...state.tables.leastUsed()]) {
        attempt(`conversation ${row.name}`, () => read(state, row, seen));
      }
      for (const [, box] of state.mailboxes.all()) {
        for (const { agent, event, position, text } of box.entries()) {
          waiting.set(agent, (waiting.get(agent) ?? 0) + 1);
          attempt(`event ${event} that waits for ${agent}`, () => text ?? state.tables.waitingText(position));
        }
      }
    });
    const bytes = pragma(database, 'page_count') * pragma(database, 'page_size');
    return { version: pragma(database, 'user_version'), bytes, ...seen, waiting, faults };
  });
}

function read(state: SqliteState, row: ConversationRow, seen: { frames: number; size: number }): void {
  const log = state.of(row);
  log.find('event', '');
  for (let seq = log.first - 1; seq < log.last; ) {
    const page = log.after(seq, { frames: 1000, size: 1_000_000 });
    seq = page.at(-1)!.seq;
    seen.frames += page.length;
    for (const { text } of page) {
      seen.size += text.length;
      JSON.parse(text);
    }
  }
}
