import type { DatabaseSync } from 'node:sqlite';
import { steadyNow } from '../../clock.ts';
import { type Append, stamp } from '../store.ts';
import { decodeBatch, encodeBatch } from './block.ts';
import { Contradiction } from './contradiction.ts';
import { transaction } from './database.ts';
import { mintEpoch, SqliteLog } from './log.ts';
import { type Entry, SqliteMailboxes } from './mailboxes.ts';
import { type Batch, type ConversationRow, Tables } from './tables.ts';

/** A frame that is in memory and about to be written. */
export interface Staged {
  readonly log: SqliteLog;
  readonly seq: number;
  readonly size: number;
  readonly entry: Entry | undefined;
}

/** What a store has in memory, and how that gets into the database and back. */
export class SqliteState {
  readonly tables: Tables;
  readonly mailboxes = new SqliteMailboxes();
  /** UTF-16 units of text in all logs. */
  total: number;
  conversations: number;
  inUse = 0;
  /** What the batches hold that is in no block yet. */
  unfolded = { frames: 0, size: 0 };
  /** Position of the newest frame among those of all conversations. */
  position: number;
  readonly #database: DatabaseSync;
  /** Those in use, and those that are to be written. */
  readonly #logs = new Map<string, SqliteLog>();
  /** Logs whose rows are to be written when the batches are folded. */
  readonly #dirty = new Set<SqliteLog>();
  /** Logs that have no row yet. */
  readonly #created = new Set<SqliteLog>();
  /** Entries of mailboxes that have no row yet. */
  readonly #fresh = new Set<Entry>();
  /** Positions of events that were received, which no batch tells yet. */
  #received: number[] = [];
  /** Positions of rows of mailboxes that are to be deleted. */
  #removed: number[] = [];
  #lastId: number;

  /** @throws {Contradiction} If what is in the database contradicts itself. */
  constructor(database: DatabaseSync) {
    this.#database = database;
    this.tables = new Tables(database);
    const { conversations, size, id, position } = this.tables.totals();
    this.conversations = conversations;
    this.total = size;
    this.position = position;
    this.#lastId = id;
    const now = steadyNow();
    for (const row of this.tables.waiting()) {
      this.mailboxes.of(row.agent).put({ ...row, at: Math.min(row.at, now), text: undefined });
    }
    for (const batch of [...this.tables.batches()]) this.#replay(batch);
  }

  get dirty(): Iterable<SqliteLog> {
    return this.#dirty;
  }

  /** Whether events were received of which no batch tells yet. */
  get isBehind(): boolean {
    return this.#received.length > 0;
  }

  find(name: string): SqliteLog | undefined {
    return this.#logs.get(name) ?? this.#made(this.tables.conversation(name));
  }

  ofId(id: number): SqliteLog {
    const row = this.tables.conversationOf(id);
    if (row === undefined) throw new Contradiction(`conversation number ${id} is missing`);
    return this.of(row);
  }

  of(row: ConversationRow): SqliteLog {
    return this.#logs.get(row.name) ?? new SqliteLog(row, this.tables);
  }

  create(name: string, agent: string): SqliteLog {
    const place = { epoch: mintEpoch(), first: 1, last: 0, size: 0, used: this.position };
    const log = new SqliteLog({ id: ++this.#lastId, name, agent, ...place }, this.tables);
    this.#created.add(log);
    this.conversations++;
    return log;
  }

  hold(log: SqliteLog): void {
    if (!log.inUse) this.inUse++;
    log.inUse = true;
    this.#logs.set(log.name, log);
  }

  release(name: string): void {
    const log = this.#logs.get(name);
    if (log === undefined || !log.inUse) return;
    log.inUse = false;
    this.inUse--;
    if (log.isEmpty && this.#created.delete(log)) this.conversations--;
    else if (log.isEmpty) this.#dirty.add(log);
    if (!this.#dirty.has(log)) this.#logs.delete(name);
  }

  stage(
    log: SqliteLog,
    type: Append['type'],
    id: string,
    body: string,
    at: number,
    position: number,
  ): Staged {
    const { seq, size } = log.append(type, id, body, at);
    this.total += size;
    if (type !== 'event') return { log, seq, size, entry: undefined };
    const text = stamp(body, log.epoch, seq);
    const entry: Entry = { position, agent: log.agent, conversation: log.name, event: id, size, at, text };
    this.mailboxes.of(log.agent).put(entry);
    return { log, seq, size, entry };
  }

  /** Takes back what was staged last. */
  unstage({ log, size, entry }: Staged): void {
    log.undo();
    this.total -= size;
    if (entry !== undefined) this.mailboxes.of(entry.agent).take(entry.position);
  }

  /** Writes a batch, together with everything that it needs or that happened before. */
  write(staged: readonly Staged[], at: number, appends: string): void {
    const content = encodeBatch({ seqs: staged.map(({ seq }) => seq), received: this.#received, appends });
    transaction(this.#database, () => {
      for (const log of this.#created) this.tables.insertConversation(log.origin);
      this.tables.insertBatch({ position: this.position + 1, at, content });
    });
    this.#created.clear();
    this.#received = [];
    this.#wrote(staged, appends);
  }

  /** Writes the rows of the logs that have none. */
  save(): void {
    if (this.#created.size === 0) return;
    transaction(this.#database, () => {
      for (const log of this.#created) this.tables.insertConversation(log.origin);
    });
    this.#created.clear();
  }

  /** Takes an event out of its mailbox, which was received. */
  receive(entry: Entry): void {
    this.mailboxes.of(entry.agent).take(entry.position);
    if (!this.#fresh.delete(entry)) this.#removed.push(entry.position);
    this.#received.push(entry.position);
  }

  /** Makes a change to a log that gives up frames. */
  shrink(log: SqliteLog, change: () => void): void {
    const before = log.size;
    change();
    this.total += log.size - before;
  }

  /**
   * Brings the batches into blocks, mailboxes and the rows of conversations.
   *
   * @param drops Positions up to which logs give up their frames.
   */
  fold(drops: ReadonlyMap<SqliteLog, number> = new Map()): void {
    for (const [log, seq] of drops) {
      this.shrink(log, () => log.drop(seq));
      this.#dirty.add(log);
      this.#logs.set(log.name, log);
    }
    const changes = this.#dirty.size + this.#created.size + this.#removed.length + this.#received.length;
    if (changes === 0) return;
    const folds = [...this.#dirty].map((log) => ({ log, blocks: log.unfolded() }));
    transaction(this.#database, () => {
      for (const log of this.#created) this.tables.insertConversation(log.origin);
      for (const { log, blocks } of folds) {
        this.tables.deleteBlocks(log.id, log.first);
        for (const block of blocks) this.tables.insertBlock(log.id, block);
        if (log.isForgettable) this.tables.deleteConversation(log.id);
        else this.tables.updateConversation(log);
      }
      for (const entry of this.#fresh) this.tables.insertWaiting(entry, entry.text!);
      for (const position of this.#removed) this.tables.deleteWaiting(position);
      this.tables.deleteBatches();
    });
    for (const { log, blocks } of folds) {
      log.folded(blocks);
      if (!log.inUse) this.#logs.delete(log.name);
      if (log.isForgettable) this.conversations--;
    }
    for (const entry of this.#fresh) entry.text = undefined;
    for (const set of [this.#dirty, this.#created, this.#fresh]) set.clear();
    [this.#removed, this.#received] = [[], []];
    this.unfolded = { frames: 0, size: 0 };
  }

  #wrote(staged: readonly Staged[], appends: string): void {
    for (const { log, entry } of staged) {
      log.used = ++this.position;
      this.#dirty.add(log);
      this.#logs.set(log.name, log);
      if (entry !== undefined) this.#fresh.add(entry);
    }
    if (staged.length === 0) this.position++;
    this.unfolded.frames += staged.length;
    this.unfolded.size += appends.length;
  }

  #replay({ position, at, content }: Batch): void {
    const { seqs, received, fields } = decodeBatch(content);
    this.position = position - 1;
    const staged = seqs.map((seq, i) => {
      const [name, type, id, body] = fields.slice(4 * i, 4 * i + 4) as [
        string,
        Append['type'],
        string,
        string,
      ];
      const log = this.find(name);
      if (log?.last !== seq - 1) {
        throw new Contradiction(`frame ${seq} of the conversation ${name} is out of place`);
      }
      this.#logs.set(name, log);
      return this.stage(log, type, id, body, Math.min(at, steadyNow()), position + i);
    });
    this.#wrote(staged, content);
    for (const gone of received) this.#forget(gone);
  }

  #forget(position: number): void {
    for (const [, box] of this.mailboxes.all()) {
      const entry = box.take(position);
      if (entry === undefined) continue;
      if (!this.#fresh.delete(entry)) this.#removed.push(position);
      return;
    }
  }

  #made(row: ConversationRow | undefined): SqliteLog | undefined {
    return row === undefined ? undefined : new SqliteLog(row, this.tables);
  }
}
