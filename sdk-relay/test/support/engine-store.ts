import type { DatabaseSync } from 'node:sqlite';
import { defaultStoreBounds, type Store, type StoreBounds } from '../../src/index.ts';
import { joined } from '../../src/store/sqlite/block.ts';
import { openDatabase } from '../../src/store/sqlite/database.ts';
import { type FoldBounds, SqliteEngine } from '../../src/store/sqlite/engine.ts';
import { outcomes } from '../../src/store/sqlite/sqlite-store.ts';

/** A SQLite store without its thread: it answers at once, and a test can look into its database. */
export interface EngineStore extends Store {
  readonly database: DatabaseSync;
  readonly engine: SqliteEngine;
}

/** Folds all that it is told at once. */
export const foldsAlways: FoldBounds = { frames: 1, size: 1 };

export function engineStore(file: string, bounds: StoreBounds = {}, foldBounds?: FoldBounds): EngineStore {
  const database = openDatabase(file);
  const engine = started(database, { ...defaultStoreBounds, ...bounds }, foldBounds);
  const epochs = new Map<string, string>();
  let closed = false;
  return {
    database,
    engine,
    open(conversation, agent) {
      const state = engine.open(conversation, agent);
      if (state !== undefined) epochs.set(conversation, state.epoch);
      engine.save();
      return state;
    },
    release: (conversation) => engine.release(conversation),
    commit(batch) {
      const fields = batch.flatMap(({ conversation, type, id, body }) => [conversation, type, id, body]);
      const committed = engine.commit(joined(fields), batch.length);
      try {
        engine.maintain();
      } catch {
        // As in the thread: what was committed stays so.
      }
      return outcomes(batch, committed, epochs);
    },
    after: (...args) => engine.after(...args),
    before: (...args) => engine.before(...args),
    waiting: (...args) => engine.waiting(...args),
    received(agent, conversation, events) {
      const missing = engine.received(events.flatMap((id) => [agent, conversation, id]));
      return events.filter((_, i) => !missing.includes(i));
    },
    sweep: (now) => engine.sweep(now),
    close() {
      if (!closed) engine.close();
      closed = true;
    },
  };
}

function started(...given: ConstructorParameters<typeof SqliteEngine>): SqliteEngine {
  try {
    return new SqliteEngine(...given);
  } catch (error) {
    given[0].close();
    throw error;
  }
}
