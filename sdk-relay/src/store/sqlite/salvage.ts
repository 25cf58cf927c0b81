import type { DatabaseSync } from 'node:sqlite';

/** Keys that are tried one by one between what can be read from both ends of a table, and where its end cannot be read. */
const keysTried = 100_000;
const keysTriedAtEnd = 5000;

/** What of a table can be read. */
export interface Salvage<Row> {
  readonly rows: Iterable<Row>;
  /** Whether a part cannot be read; known once all rows were taken. */
  readonly isTorn: () => boolean;
}

/** Reads all rows of a table that can be read, in no certain order, whatever is damaged between them. */
export function salvage<Row>(database: DatabaseSync, table: string): Salvage<Row> {
  let isTorn = false;

  /** Reads up to the first row that cannot be read. @returns Whether there was none. */
  function* run(order: 'ASC' | 'DESC', seen: (key: number) => boolean): Generator<Row, boolean> {
    try {
      const sql = `SELECT rowid AS salvaged, * FROM ${table} NOT INDEXED ORDER BY rowid ${order}`;
      for (const { salvaged, ...row } of database.prepare(sql).iterate()) {
        if (!seen(Number(salvaged))) return false;
        yield row as Row;
      }
      return true;
    } catch {
      return false;
    }
  }

  const one = database.prepare(`SELECT * FROM ${table} NOT INDEXED WHERE rowid = ?`);

  function* single(key: number): Generator<Row> {
    try {
      const row = one.get(key);
      if (row !== undefined) yield row as Row;
    } catch {
      // Where a part is damaged most of its keys fail.
    }
  }

  function* rows(): Generator<Row> {
    let low = 0;
    const forth = yield* run('ASC', (key) => {
      low = key;
      return true;
    });
    if (forth) return;
    isTorn = true;
    let high = Number.POSITIVE_INFINITY;
    yield* run('DESC', (key) => {
      if (key <= low) return false;
      high = key;
      return true;
    });
    const end = high < Number.POSITIVE_INFINITY ? Math.min(high, low + keysTried) : low + keysTriedAtEnd;
    for (let key = low + 1; key < end; key++) yield* single(key);
  }

  return { rows: rows(), isTorn: () => isTorn };
}
