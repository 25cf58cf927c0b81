import type { DatabaseSync } from 'node:sqlite';
import { noticeSleep, steadyNow } from '../../clock.ts';
import type { StoreBounds } from '../bounds.ts';
import {
  type Append,
  type Expired,
  expiredOf,
  type LogState,
  type Page,
  type StoredFrame,
  stamp,
  type Waiting,
} from '../store.ts';
import { joined, split } from './block.ts';
import { Contradiction } from './contradiction.ts';
import { type Committed, refused } from './exchange.ts';
import type { SqliteLog } from './log.ts';
import { SqliteState, type Staged } from './state.ts';

/** How much is held in memory before it is folded into blocks. */
export interface FoldBounds {
  readonly frames: number;
  readonly size: number;
}

const defaultFold: FoldBounds = { frames: 16_384, size: 8 * 1024 * 1024 };

/** Blocks that are given up by age in one sweep. */
const blocksPerSweep = 10_000;

/** Where all conversations together exceed a bound, this share of it is freed at once. */
const freedShare = 1 / 32;

/** A store in the thread of its caller: what it said to have stored is on the disk. */
export class SqliteEngine {
  readonly #database: DatabaseSync;
  readonly #bounds: Required<StoreBounds>;
  readonly #foldBounds: FoldBounds;
  readonly #state: SqliteState;

  /** @throws {Contradiction} If what is in the database contradicts itself. */
  constructor(database: DatabaseSync, bounds: Required<StoreBounds>, foldBounds: FoldBounds = defaultFold) {
    this.#database = database;
    this.#bounds = bounds;
    this.#foldBounds = foldBounds;
    this.#state = new SqliteState(database);
    for (const log of this.#state.dirty) this.#trim(log);
  }

  open(name: string, agent?: string): LogState | undefined {
    const log = this.#state.find(name) ?? (agent === undefined ? undefined : this.#state.create(name, agent));
    if (log !== undefined) this.#state.hold(log);
    return log?.state;
  }

  release(name: string): void {
    this.#state.release(name);
  }

  /** Stores appends, which are written as one text of four fields each. */
  commit(text: string, count: number): Committed {
    if (this.#isOverfull(2)) this.#state.fold();
    const fields = split(text, 4 * count);
    const position = this.#state.position + 1;
    const now = steadyNow();
    const staged: Staged[] = [];
    const accepted: string[] = [];
    const seqs: number[] = [];
    const known: StoredFrame[] = [];
    try {
      for (let at = 0; at < fields.length; at += 4) {
        const [name, type, id, body] = fields.slice(at, at + 4) as [string, Append['type'], string, string];
        const log = this.#state.find(name);
        if (log?.inUse !== true) throw new Error(`The conversation ${name} is not open`);
        const frame = log.find(type, id);
        if (frame !== undefined && frame.seq > log.last - this.#bounds.frames) {
          known.push(frame);
          seqs.push(refused.duplicate);
        } else if (type === 'event' && this.#isMailboxFull(log, body)) {
          seqs.push(refused.mailboxFull);
        } else {
          staged.push(this.#state.stage(log, type, id, body, now, position + staged.length));
          accepted.push(name, type, id, body);
          seqs.push(log.last);
        }
      }
      if (staged.length > 0)
        this.#state.write(staged, now, staged.length === count ? text : joined(accepted));
    } catch (error) {
      for (const one of staged.reverse()) this.#state.unstage(one);
      throw error;
    }
    for (const { log } of staged) this.#trim(log);
    return { position, seqs, known };
  }

  after(conversation: string, seq: number, page: Page): StoredFrame[] {
    return this.#state.find(conversation)?.after(seq, page) ?? [];
  }

  before(conversation: string, seq: number, page: Page): StoredFrame[] {
    return this.#state.find(conversation)?.before(seq, page) ?? [];
  }

  waiting(agent: string, after: number, page: Page): Waiting[] {
    const entries = this.#state.mailboxes.ifAny(agent)?.after(after, page) ?? [];
    return entries.map(({ position, conversation, event: id, text }) => {
      const stored = text ?? this.#state.tables.waitingText(position);
      if (stored === undefined)
        throw new Contradiction(`the event ${id} in the mailbox of ${agent} is missing`);
      return { position, conversation, id, text: stored };
    });
  }

  /**
   * Takes events out of mailboxes, each named by three fields: agent, conversation and id. What is taken is written by the
   * next commit, `record` or sweep: a crash before that has the event handed over again.
   *
   * @returns The places, among all, of those that were in no mailbox.
   */
  received(fields: readonly string[]): number[] {
    const missing: number[] = [];
    for (let at = 0; at < fields.length; at += 3) {
      const entry = this.#state.mailboxes.ifAny(fields[at]!)?.find(fields[at + 1]!, fields[at + 2]!);
      if (entry === undefined) missing.push(at / 3);
      else this.#state.receive(entry);
    }
    return missing;
  }

  sweep(now: number): Expired[] {
    noticeSleep();
    const notBefore = now - this.#bounds.ageMs;
    const drops = new Map<SqliteLog, number>();
    const logs = new Map<number, SqliteLog>();
    for (const { conversation, last, at } of this.#state.tables.oldestBlocks(blocksPerSweep)) {
      if (at > now) this.#state.tables.dateBlocks(now);
      if (at >= notBefore) break;
      const log = logs.get(conversation) ?? this.#state.ofId(conversation);
      logs.set(conversation, log);
      drops.set(log, last);
    }
    for (const log of this.#state.dirty)
      drops.set(log, Math.max(drops.get(log) ?? 0, log.staleTail(notBefore)));
    this.#state.fold(drops);
    const before = now - this.#bounds.mailboxAgeMs;
    return [...this.#state.mailboxes.all()].flatMap(([agent, box]) => expiredOf(agent, box.stale(before)));
  }

  /** Whether events were received that are not written as such yet. */
  get isBehind(): boolean {
    return this.#state.isBehind;
  }

  /** Writes which events were received. */
  record(): void {
    if (this.#state.isBehind) this.#state.write([], steadyNow(), '');
  }

  /** Writes the conversations that were opened for the first time. */
  save(): void {
    this.#state.save();
  }

  /** Folds what is too much for memory, and gives up logs if there are too many or too large ones. */
  maintain(): void {
    if (this.#isOverfull(1)) this.#state.fold();
    const { conversations, totalSize } = this.#bounds;
    const { total, conversations: count, inUse } = this.#state;
    if (total > totalSize || (count > conversations && count > inUse)) this.#forgetUnused();
  }

  /** Folds what is not folded yet, and closes the database. */
  close(): void {
    try {
      this.#state.fold();
      this.#database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } finally {
      this.#database.close();
    }
  }

  #forgetUnused(): void {
    // The rows tell when a conversation was used last once everything is folded.
    this.#state.fold();
    let { total: size, conversations: count } = this.#state;
    const [sizeGoal, countGoal] = [
      goal(size, this.#bounds.totalSize),
      goal(count, this.#bounds.conversations),
    ];
    const drops = new Map<SqliteLog, number>();
    for (const row of this.#state.tables.leastUsed()) {
      if (size <= sizeGoal && count <= countGoal) break;
      const log = this.#state.of(row);
      if (log.used === this.#state.position || (log.inUse && size <= sizeGoal)) continue;
      drops.set(log, log.last);
      size -= log.size;
      if (!log.inUse) count--;
    }
    this.#state.fold(drops);
  }

  #trim(log: SqliteLog): void {
    this.#state.shrink(log, () => log.trim(this.#bounds.frames, this.#bounds.size));
  }

  #isMailboxFull(log: SqliteLog, body: string): boolean {
    const { length, size } = this.#state.mailboxes.of(log.agent);
    const added = stamp(body, log.epoch, log.last + 1).length;
    return length >= this.#bounds.mailbox || size + added > this.#bounds.mailboxSize;
  }

  #isOverfull(times: number): boolean {
    const { frames, size } = this.#state.unfolded;
    return frames >= times * this.#foldBounds.frames || size >= times * this.#foldBounds.size;
  }
}

/** Down to where something is freed that exceeds its bound. */
const goal = (value: number, bound: number): number =>
  value > bound ? bound - Math.floor(bound * freedShare) : Number.POSITIVE_INFINITY;
