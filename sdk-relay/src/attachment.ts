import { type Attached, type Capability, type Cursor, closeCodes } from '@websocket-channel/protocol';
import type { Connection } from './connection.ts';
import type { Conversation } from './conversation.ts';
import { Outgoing } from './outgoing.ts';
import type { Stats } from './stats.ts';
import { type LogState, type Page, type Store, type StoredFrame, whenReady } from './store/store.ts';

const page: Page = { frames: 64, size: 262_144 };

/** Who reads a conversation: a connection and the optional frames that it declared to read. */
export interface Reader {
  readonly connection: Connection;
  readonly reads: Readonly<Record<Capability, boolean>>;
  /** Whether a page of a log is on its way to it: one at a time, whatever it reads, so that it holds no more than that. */
  isPaging: boolean;
  /** Goes on with all that it reads, as far as the connection takes it. */
  advance(): void;
}

/** What an attachment needs of the relay. */
export interface AttachmentSetting {
  readonly store: Store;
  readonly stats: Stats;
}

/**
 * One reader's way through one conversation: first the log from its cursor on, page by page as fast as the reader
 * takes it, then live. Durable frames that arrive meanwhile are read from the log in their turn, so that nothing is
 * queued for it, overtaken or doubled.
 */
export class Attachment {
  readonly reader: Reader;
  readonly #conversation: Conversation;
  readonly #setting: AttachmentSetting;
  #state: 'opening' | 'replaying' | 'reading' | 'live' | 'ended' = 'opening';
  /** Position of the next durable frame that the reader gets. */
  #next = 0;
  /** Whether the reader may have missed live frames: it was congested, or the agent came or went during its replay. */
  #behind = false;
  #advancing = false;
  #successor: Attachment | undefined;

  constructor(reader: Reader, conversation: Conversation, setting: AttachmentSetting) {
    this.reader = reader;
    this.#conversation = conversation;
    this.#setting = setting;
  }

  start(cursor: Cursor): void {
    const proceed = (log: LogState | undefined): void => {
      if (!this.isDue) return;
      if (log === undefined) return this.#fail(new Error('the log is gone'));
      const { recovered, next } = recovery(cursor, log);
      this.#announce(recovered);
      if (this.#state !== 'opening') return;
      this.#next = cursor.seq === undefined ? this.#conversation.last + 1 : next;
      this.#state = 'replaying';
      this.advance();
    };
    whenReady(
      () => this.#setting.store.open(this.#conversation.name),
      proceed,
      (error) => this.#fail(error),
    );
  }

  /** Goes on, as far as the connection takes it. */
  advance(): void {
    if (this.#advancing) return;
    this.#advancing = true;
    while (this.#takesStep());
    this.#advancing = false;
  }

  /** Hands over a durable frame that was just stored, unless it was read from the log before. */
  durable(seq: number, outgoing: Outgoing): void {
    if (this.#state !== 'live' || seq < this.#next) return;
    if (seq > this.#next) {
      // What is between was stored by a commit that failed all the same.
      this.#state = 'replaying';
      return this.advance();
    }
    this.#next = seq + 1;
    this.reader.connection.write(outgoing);
  }

  /** Hands over a live frame, if its reader declared the capability and keeps up. */
  live(outgoing: Outgoing, capability?: Capability): void {
    if (capability !== undefined && !this.reader.reads[capability]) return;
    if (this.#state !== 'live') {
      // Turns and replies in flight are told after the replay; who is there is told again only if that may have changed.
      if (capability === 'signal' && this.#state !== 'opening') this.#behind = true;
      return;
    }
    if (this.#behind || this.reader.connection.isCongested) {
      this.#behind = true;
      this.#setting.stats.dropped++;
      return;
    }
    this.reader.connection.write(outgoing);
  }

  end(): void {
    this.#state = 'ended';
  }

  /** Ends in favour of another attachment of the same reader, which is answered after this one. */
  giveWay(successor: Attachment): void {
    this.#successor = successor;
  }

  /** Whether its reader waits for the answer to it. */
  get isDue(): boolean {
    return this.#state === 'opening' || this.#successor?.isDue === true;
  }

  /** @returns Whether another step may follow. */
  #takesStep(): boolean {
    const { connection } = this.reader;
    switch (this.#state) {
      case 'opening':
      case 'reading':
      case 'ended':
        return false;
      case 'live':
        if (this.#behind) this.#catchUp();
        return false;
      case 'replaying':
        if (this.#next > this.#conversation.last) {
          this.#state = 'live';
          this.#catchUp();
          return false;
        }
        if (this.reader.isPaging || connection.isFull || !connection.isOpen) return false;
        this.#state = 'reading';
        this.reader.isPaging = true;
        whenReady(
          () => this.#setting.store.after(this.#conversation.name, this.#next - 1, page),
          (frames) => this.#turnPage(() => this.#replay(frames)),
          (error) => this.#turnPage(() => this.#fail(error)),
        );
        return true;
    }
  }

  /** Brings the reader to where the live frames are. */
  #catchUp(): void {
    const wasBehind = this.#behind;
    this.#behind = false;
    if (wasBehind) this.live(this.#conversation.presenceFor(this.reader), 'signal');
    this.#conversation.catchUp(this);
  }

  #turnPage(step: () => void): void {
    this.reader.isPaging = false;
    step();
    // A store that answered at once let nobody wait.
    if (!this.#advancing) this.reader.advance();
  }

  #replay(frames: readonly StoredFrame[]): void {
    if (this.#state !== 'reading') return;
    const { last } = this.#conversation;
    const first = Math.min(frames[0]?.seq ?? last + 1, last + 1);
    if (first > this.#next) {
      this.#next = first;
      this.#announce('truncated');
    }
    for (const { seq, text } of frames) {
      // What the store has not said to be stored yet comes in its place among the live frames.
      if (seq > last) break;
      this.reader.connection.write(new Outgoing(text));
      this.#next = seq + 1;
    }
    if (!this.reader.connection.isOpen) return;
    this.#state = 'replaying';
    this.advance();
  }

  #announce(recovered: Attached['recovered']): void {
    const { name, epoch, agent, last: seq } = this.#conversation;
    this.reader.connection.send({
      type: 'attached',
      conversation: name,
      epoch,
      seq,
      recovered,
      agent: agent.presence(this.reader.reads.commands),
    });
  }

  /** A log that cannot be read leaves a hole: the reader comes back with its cursor. */
  #fail(error: unknown): void {
    if (this.#state === 'ended') return;
    this.#conversation.report(error, 'replay failed');
    this.reader.connection.close(closeCodes.internal, 'the log cannot be read');
  }
}

/** Where a replay starts, and what the reader is told about it. */
export function recovery(
  { epoch, seq }: Cursor,
  log: LogState,
): { readonly recovered: Attached['recovered']; readonly next: number } {
  if (seq === undefined) return { recovered: 'complete', next: log.last + 1 };
  const isOfThisLog = seq === 0 ? epoch === undefined || epoch === log.epoch : epoch === log.epoch;
  if (!isOfThisLog || seq > log.last) return { recovered: 'reset', next: log.first };
  if (seq + 1 < log.first) return { recovered: 'truncated', next: log.first };
  return { recovered: 'complete', next: seq + 1 };
}
