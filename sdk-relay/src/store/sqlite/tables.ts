import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { decodeFrames, encodeFrames, type Frame, type NewBlock } from './block.ts';
import { checked, checksum, sealNumbers, sealText, unsealNumbers, unsealText } from './seal.ts';

/** The row of a conversation: what is known of the part of its log that is in blocks. */
export interface ConversationRow {
  readonly id: number;
  readonly name: string;
  readonly epoch: string;
  readonly agent: string;
  readonly first: number;
  readonly last: number;
  /** UTF-16 units of text. */
  readonly size: number;
  /** Position of the newest frame among those of all conversations. */
  readonly used: number;
}

/** What is known of a block without its frames. */
export interface BlockSummary {
  readonly last: number;
  readonly size: number;
  readonly hashes: number[];
}

/** An event that waits, in the database. */
export interface WaitingRow {
  readonly position: number;
  readonly agent: string;
  readonly conversation: string;
  readonly event: string;
  readonly size: number;
  readonly at: number;
}

/** A batch that was committed and is not in blocks yet. */
export interface Batch {
  readonly position: number;
  readonly at: number;
  readonly content: string;
}

/** The statements of the store: nothing else speaks SQL to an open database. */
export class Tables {
  readonly #statements = new Map<string, StatementSync>();
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  conversation(name: string): ConversationRow | undefined {
    return this.#conversation('SELECT * FROM conversations WHERE name = ?', name);
  }

  conversationOf(id: number): ConversationRow | undefined {
    return this.#conversation('SELECT * FROM conversations WHERE id = ?', id);
  }

  /** The conversations, beginning with the one that was unused for longest. */
  *leastUsed(): Generator<ConversationRow> {
    const rows = this.#iterate<Sealed<ConversationRow>>('SELECT * FROM conversations ORDER BY used');
    for (const row of rows) yield checked<ConversationRow>(row);
  }

  insertConversation({ id, name, epoch, agent, first, last, size, used }: ConversationRow): void {
    const fields = [id, name, epoch, agent, first, last, size, used];
    this.#run('INSERT INTO conversations VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)', ...fields, checksum(fields));
  }

  updateConversation({ id, name, epoch, agent, first, last, size, used }: ConversationRow): void {
    const sum = checksum([id, name, epoch, agent, first, last, size, used]);
    const sql = 'UPDATE conversations SET first = ?, last = ?, size = ?, used = ?, sum = ? WHERE id = ?';
    this.#run(sql, first, last, size, used, sum, id);
  }

  deleteConversation(id: number): void {
    this.#run('DELETE FROM conversations WHERE id = ?', id);
  }

  totals(): { conversations: number; size: number; id: number; position: number } {
    return this.#get<{ conversations: number; size: number; id: number; position: number }>(
      `SELECT count(*) AS conversations, ifnull(sum(size), 0) AS size, ifnull(max(id), 0) AS id,
      max(ifnull(max(used), 0), (SELECT ifnull(max(position), 0) FROM mailbox)) AS position FROM conversations`,
    )!;
  }

  summaries(conversation: number, first: number): BlockSummary[] {
    const sql = 'SELECT last, size, hashes FROM blocks WHERE conversation = ? AND last >= ? ORDER BY last';
    return [
      ...this.#iterate<{ last: number; size: number; hashes: Uint8Array }>(sql, conversation, first),
    ].map(({ last, size, hashes }) => ({ last, size, hashes: unsealNumbers(hashes) }));
  }

  /** The frames of each block that reaches a position, oldest first. */
  *blocksFrom(conversation: number, seq: number): Generator<Frame[]> {
    const sql = 'SELECT last, count, frames FROM blocks WHERE conversation = ? AND last >= ? ORDER BY last';
    for (const { frames, last, count } of this.#iterate<StoredBlock>(sql, conversation, seq)) {
      yield decodeFrames(unsealText(frames), last, count);
    }
  }

  /** The frames of each block that begins before a position, newest block first. */
  *blocksBefore(conversation: number, seq: number): Generator<Frame[]> {
    const sql = `SELECT last, count, frames FROM blocks WHERE conversation = ?1 AND last <= ifnull(
      (SELECT min(last) FROM blocks WHERE conversation = ?1 AND last >= ?2 - 1), ?2) ORDER BY last DESC`;
    for (const { frames, last, count } of this.#iterate<StoredBlock>(sql, conversation, seq)) {
      yield decodeFrames(unsealText(frames), last, count);
    }
  }

  /** The blocks, in the order in which they were written. */
  oldestBlocks(count: number): { id: number; conversation: number; last: number; at: number }[] {
    return this.#all('SELECT id, conversation, last, at FROM blocks ORDER BY id LIMIT ?', count);
  }

  insertBlock(conversation: number, { frames, hashes, size, at }: NewBlock): void {
    const sql =
      'INSERT INTO blocks (conversation, last, count, size, at, hashes, frames) VALUES (?, ?, ?, ?, ?, ?, ?)';
    const { seq: last } = frames.at(-1)!;
    this.#run(
      sql,
      conversation,
      last,
      frames.length,
      size,
      at,
      sealNumbers(hashes),
      sealText(encodeFrames(frames)),
    );
  }

  /** Dates what is from the future as of now: a clock that was wrong must not keep it for ever. */
  dateBlocks(now: number): void {
    this.#run('UPDATE blocks SET at = ?1 WHERE at > ?1', now);
  }

  deleteBlocks(conversation: number, before: number): void {
    this.#run('DELETE FROM blocks WHERE conversation = ? AND last < ?', conversation, before);
  }

  *waiting(): Generator<WaitingRow> {
    const columns = 'position, agent, conversation, event, size, at, sum';
    const rows = this.#iterate<Sealed<WaitingRow>>(`SELECT ${columns} FROM mailbox ORDER BY position`);
    for (const row of rows) yield checked<WaitingRow>(row);
  }

  waitingText(position: number): string | undefined {
    const row = this.#get<{ text: Uint8Array }>('SELECT text FROM mailbox WHERE position = ?', position);
    return row === undefined ? undefined : unsealText(row.text);
  }

  insertWaiting({ position, agent, conversation, event, size, at }: WaitingRow, text: string): void {
    const fields = [position, agent, conversation, event, size, at];
    this.#run(
      'INSERT INTO mailbox VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      ...fields,
      checksum(fields),
      sealText(text),
    );
  }

  deleteWaiting(position: number): void {
    this.#run('DELETE FROM mailbox WHERE position = ?', position);
  }

  *batches(): Generator<Batch> {
    const rows = this.#iterate<{ position: number; at: number; content: Uint8Array }>(
      'SELECT * FROM batches ORDER BY position',
    );
    for (const { position, at, content } of rows) yield { position, at, content: unsealText(content) };
  }

  insertBatch({ position, at, content }: Batch): void {
    this.#run('INSERT INTO batches VALUES (?, ?, ?)', position, at, sealText(content));
  }

  deleteBatches(): void {
    this.#run('DELETE FROM batches');
  }

  #conversation(sql: string, key: string | number): ConversationRow | undefined {
    const row = this.#get<Sealed<ConversationRow>>(sql, key);
    return row === undefined ? undefined : checked<ConversationRow>(row);
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #run(sql: string, ...values: SQLInputValue[]): void {
    this.#statement(sql).run(...values);
  }

  #get<Row>(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#statement(sql).get(...values) as Row | undefined;
  }

  #all<Row>(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#statement(sql).all(...values) as Row[];
  }

  #iterate<Row>(sql: string, ...values: SQLInputValue[]): Iterable<Row> {
    return this.#statement(sql).iterate(...values) as Iterable<unknown> as Iterable<Row>;
  }
}

type Sealed<Row> = Row & { readonly sum: number };

interface StoredBlock {
  readonly last: number;
  readonly count: number;
  readonly frames: Uint8Array;
}
