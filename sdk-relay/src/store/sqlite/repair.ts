import { existsSync, rmSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { steadyNow } from '../../clock.ts';
import { stamp } from '../store.ts';
import { StoreError } from '../store-error.ts';
import { decodeFrames, type Frame, toBlocks } from './block.ts';
import { openDatabase, readDatabase, transaction, translated } from './database.ts';
import { mintEpoch, SqliteLog } from './log.ts';
import { BatchRemains } from './remains.ts';
import { salvage } from './salvage.ts';
import { checked, unsealText } from './seal.ts';
import { type ConversationRow, Tables, type WaitingRow } from './tables.ts';

/** A conversation of which not everything could be read. */
export interface Loss {
  readonly conversation: string;
  /** Frames that are missing of those that are known to have been there. */
  readonly lost: number;
  readonly kept: number;
  /** Whether even the agent that serves it is not known any more: then it is `default`. */
  readonly isAgentUnknown: boolean;
}

/** What became of a damaged database. */
export interface Repair {
  readonly conversations: number;
  readonly frames: number;
  /** Events that wait for an agent. */
  readonly waiting: number;
  readonly losses: readonly Loss[];
  /** Tables of which something could not be read, or was not as it was written. */
  readonly torn: readonly string[];
}

/**
 * Copies everything that can be read of a database into a new one, and tells what was lost. A conversation that lost a
 * frame gets a new epoch: what is left is numbered anew, and clients get it as after a reset. If a batch cannot be read,
 * that may be any conversation.
 *
 * @throws {StoreError} If nothing can be read, there is something where the new file is to be, or no room for it: then none is made.
 */
export function repair(from: string, to: string): Repair {
  if (existsSync(to)) throw new StoreError('failed', `There is a file ${to} already`);
  return readDatabase(from, (source) => salvaged(source, to), true);
}

function salvaged(source: DatabaseSync, to: string): Repair {
  try {
    return translated(to, () => salvagedInto(openDatabase(to), source));
  } catch (error) {
    // What is not whole must not be taken for what was saved.
    for (const ending of ['', '-wal', '-shm']) rmSync(to + ending, { force: true });
    throw error;
  }
}

function salvagedInto(target: DatabaseSync, source: DatabaseSync): Repair {
  try {
    const salvor = new Salvor(source, target);
    transaction(target, () => salvor.copy());
    return salvor.report;
  } finally {
    target.close();
  }
}

class Salvor {
  readonly #source: DatabaseSync;
  readonly #target: DatabaseSync;
  readonly #tables: Tables;
  readonly #torn = new Set<string>();
  readonly #losses: Loss[] = [];
  readonly #remains = new BatchRemains();
  readonly #rows = new Map<number, ConversationRow>();
  /** By name, once they are in order. */
  readonly #logs = new Map<string, SqliteLog>();
  /** Positions of the events that wait. */
  readonly #waiting = new Set<number>();

  constructor(source: DatabaseSync, target: DatabaseSync) {
    this.#source = source;
    this.#target = target;
    this.#tables = new Tables(target);
  }

  get report(): Repair {
    const logs = [...this.#logs.values()];
    const frames = logs.reduce((sum, { first, last }) => sum + last + 1 - first, 0);
    const [losses, torn] = [this.#losses, [...this.#torn]];
    return { conversations: logs.length, frames, waiting: this.#waiting.size, losses, torn };
  }

  copy(): void {
    this.#each<ConversationRow & { sum: number }>('conversations', (row) => {
      this.#rows.set(row.id, checked<ConversationRow>(row));
    });
    this.#each<BatchRow>('batches', ({ position, at, content }) => {
      this.#remains.add(position, at, unsealText(content));
    });
    this.#each<BlockRow>('blocks', ({ conversation, last, count, at, frames }) => {
      const { epoch } = this.#rows.get(conversation) ?? { epoch: mintEpoch() };
      this.#write(conversation, epoch, at, decodeFrames(unsealText(frames), last, count));
    });
    const blocks = this.#target.prepare('SELECT DISTINCT conversation FROM blocks').all();
    const ids = new Set([...this.#rows.keys(), ...blocks.map(({ conversation }) => Number(conversation))]);
    for (const id of ids) this.#settle(id);
    let next = Math.max(0, ...ids);
    for (const name of this.#remains.tails.keys()) if (!this.#logs.has(name)) this.#settle(++next, name);
    this.#each<WaitingRow & { sum: number; text: Uint8Array }>('mailbox', ({ text, ...row }) => {
      this.#wait(checked<WaitingRow>(row), unsealText(text));
    });
    for (const event of this.#remains.events) this.#wait({ ...event, agent: 'default', size: 0 });
  }

  #each<Row>(table: string, use: (row: Row) => void): void {
    const { rows, isTorn } = salvage<Row>(this.#source, table);
    for (const row of rows) {
      try {
        use(row);
      } catch {
        this.#torn.add(table);
      }
    }
    if (isTorn()) this.#torn.add(table);
  }

  /** Brings what is there of a conversation into order. @param named Its name, if all that is left of it is in batches. */
  #settle(id: number, named?: string): void {
    const row = this.#rows.get(id);
    const blocks = [...this.#tables.blocksFrom(id, 0)].flat();
    const name = row?.name ?? named ?? this.#nameIn(blocks, id);
    const remains = this.#remains.tails.get(name) ?? { frames: [], at: 0, position: 0 };
    const { at, position } = remains;
    // A write that the disk lost leaves in a batch what is in a block as well.
    const folded = new Set(blocks.map(({ seq }) => seq));
    const tail = remains.frames.filter(({ seq }) => !folded.has(seq));
    const first = row?.first ?? blocks[0]?.seq ?? tail[0]?.seq ?? 1;
    const frames = [...blocks, ...tail].filter(({ seq }) => seq >= first);
    const last = Math.max(row?.last ?? 0, frames.at(-1)?.seq ?? 0);
    const used = Math.max(row?.used ?? 0, position);
    const lost = last + 1 - first - frames.length;
    if (row !== undefined && lost === 0 && !this.#torn.has('batches')) {
      this.#write(id, row.epoch, at, tail);
      this.#add({ ...row, last, size: this.#size(id), used });
      return;
    }
    const epoch = mintEpoch();
    this.#losses.push({ conversation: name, lost, kept: frames.length, isAgentUnknown: row === undefined });
    this.#tables.deleteBlocks(id, Number.MAX_SAFE_INTEGER);
    const renumbered = frames.map((frame, i) => ({ ...frame, seq: i + 1 }));
    this.#write(id, epoch, steadyNow(), renumbered);
    const place = { first: 1, last: frames.length, size: this.#size(id), used };
    this.#add({ id, name, epoch, agent: row?.agent ?? 'default', ...place });
  }

  /** A frame says itself which conversation it is of, unless there is another one of that name. */
  #nameIn(frames: readonly Frame[], id: number): string {
    try {
      const { conversation } = JSON.parse(`${frames[0]?.body}}`);
      if (typeof conversation === 'string' && !this.#logs.has(conversation)) return conversation;
    } catch {
      // What the frame is remains: its reader may know.
    }
    return `unnamed/${id}`;
  }

  #add(row: ConversationRow): void {
    this.#tables.insertConversation(row);
    this.#logs.set(row.name, new SqliteLog(row, this.#tables));
  }

  #write(id: number, epoch: string, at: number, frames: readonly Frame[]): void {
    const sized = frames.map((frame) => ({ ...frame, at, size: stamp(frame.body, epoch, frame.seq).length }));
    for (const block of toBlocks(sized)) this.#tables.insertBlock(id, block);
  }

  #size(id: number): number {
    return this.#tables.summaries(id, 0).reduce((sum, { size }) => sum + size, 0);
  }

  /** Puts an event into its mailbox again, as the log has it now. */
  #wait(row: WaitingRow, stored?: string): void {
    if (this.#remains.wasReceived(row.position) || this.#waiting.has(row.position)) return;
    const log = this.#logs.get(row.conversation);
    const text = log?.find('event', row.event)?.text ?? stored;
    if (text === undefined) return;
    this.#tables.insertWaiting({ ...row, agent: log?.agent ?? row.agent, size: text.length }, text);
    this.#waiting.add(row.position);
  }
}

interface BatchRow {
  readonly position: number;
  readonly at: number;
  readonly content: Uint8Array;
}

interface BlockRow {
  readonly conversation: number;
  readonly last: number;
  readonly count: number;
  readonly at: number;
  readonly frames: Uint8Array;
}
