import { isDeepStrictEqual } from 'node:util';
import {
  type Cancel,
  type Capability,
  encode,
  progressKinds,
  type Receipt as ReceiptFrame,
  type ReplySubmission,
  type Signal,
  type TurnSubmission,
} from '@websocket-channel/protocol';
import type { Agent } from './agent.ts';
import type { Attachment, Reader } from './attachment.ts';
import { steadyNow } from './clock.ts';
import { Drafts } from './draft.ts';
import type { Journal, Outcome } from './journal.ts';
import type { Logger } from './logger.ts';
import { Outgoing } from './outgoing.ts';
import type { Stats } from './stats.ts';
import type { Append, LogState, StoredFrame } from './store/store.ts';

/** Running turns that one conversation keeps; a further one displaces the oldest. */
const turnsPerConversation = 16;

/** How long a conversation without readers stays in use, and one in which turns run or replies are streamed. */
const idleMs = 60_000;
const streamingIdleMs = 3_600_000;

/** What a conversation needs of the relay. */
export interface ConversationSetting {
  readonly journal: Journal;
  readonly stats: Stats;
  readonly logger: Logger;
}

/** What the sender of a durable frame is told. */
export type Receipt =
  | { readonly status: 'accepted' | 'duplicate'; readonly epoch: string; readonly seq: number }
  | { readonly status: 'conflict' | 'mailbox-full' | 'failed' };

/** A conversation that is in use: who reads it, what is being streamed in it, how frames get into its log and out again. */
export class Conversation {
  readonly name: string;
  readonly agent: Agent;
  readonly epoch: string;
  /** Position of the newest durable frame. */
  last: number;
  readonly #setting: ConversationSetting;
  readonly #attachments = new Set<Attachment>();
  #drafts: Drafts | undefined;
  /** Running turns: the live frame that told of each one last. */
  #turns: Map<string, Outgoing> | undefined;
  /** What to do if what the agent said was stored by a commit that failed all the same, by type and id. */
  #undecided: Map<string, () => void> | undefined;
  /** Frames of this conversation that are staged or held behind staged ones. */
  #pending = 0;
  #usedAt = steadyNow();

  constructor(name: string, agent: Agent, { epoch, last }: LogState, setting: ConversationSetting) {
    this.name = name;
    this.agent = agent;
    this.epoch = epoch;
    this.last = last;
    this.#setting = setting;
  }

  /** Whether the conversation can be let go of: what is being streamed in it is kept for longer. */
  isIdle(now: number): boolean {
    if (this.#attachments.size > 0 || this.#pending > 0) return false;
    const isStreaming = (this.#turns?.size ?? 0) > 0 || (this.#drafts?.size ?? 0) > 0;
    return now - this.#usedAt > (isStreaming ? streamingIdleMs : idleMs);
  }

  /** Keeps the conversation in use for a while, so that its log is not let go of while it is read. */
  touch(): void {
    this.#usedAt = steadyNow();
  }

  attach(attachment: Attachment): void {
    this.#attachments.add(attachment);
  }

  detach(attachment: Attachment): void {
    attachment.end();
    this.#attachments.delete(attachment);
    this.touch();
  }

  /** Stores a durable frame, then hands it to the sender's answer, to all readers and, an event, to the agent. */
  append(type: Append['type'], id: string, body: string, answer: (receipt: Receipt) => void): void {
    this.touch();
    if (this.#setting.journal.isFull) return answer({ status: 'failed' });
    this.#pending++;
    this.#setting.journal.append({ conversation: this.name, type, id, body }, (outcome) => {
      this.#pending--;
      answer(this.#receipt(outcome, body));
      switch (outcome.status) {
        case 'accepted':
          this.#decide(outcome.frame.seq);
          return this.#deliver(type, id, outcome.frame, outcome.position);
        case 'duplicate':
          // What a failed commit had stored all the same nobody was handed yet.
          return outcome.frame.seq > this.last
            ? this.#deliver(type, id, outcome.frame, undefined)
            : this.#conclude(type, id);
        case 'failed':
          if (type === 'event') return this.agent.reread();
          this.#undecided ??= new Map();
          this.#undecided.set(`${type} ${id}`, () => this.#conclude(type, id));
          return;
        case 'mailbox-full':
          return;
      }
    });
  }

  /**
   * Asks the agent to stop: at once where it knows the turn, else once it was handed what was said before.
   *
   * @param answer Called with whether it is there to be asked.
   */
  cancel(frame: Cancel, answer: (asked: boolean) => void): void {
    this.touch();
    const ask = (): void => answer(this.agent.cancel(frame));
    if (frame.turn !== undefined || this.#setting.journal.isFull) ask();
    else this.#afterPending(ask);
  }

  /** Streams a delta to all readers, unless it repeats what they have. */
  delta(reply: ReplySubmission, text: string): void {
    this.#inOrder(() => {
      this.#drafts ??= new Drafts();
      if (this.#drafts.apply(reply)) this.#fanOut(new Outgoing(text), 'stream');
    }, text.length);
  }

  /** Tells all readers how a turn goes on. */
  turn({ id }: TurnSubmission, text: string): void {
    this.#inOrder(() => {
      const outgoing = new Outgoing(text);
      this.#turns ??= new Map();
      this.#turns.delete(id);
      this.#turns.set(id, outgoing);
      if (this.#turns.size > turnsPerConversation) this.#turns.delete(this.#turns.keys().next().value ?? id);
      this.#fanOut(outgoing);
    }, text.length);
  }

  /** Tells readers a passing fact. @param except The reader that told it. */
  signal(frame: Signal, except?: Reader): void {
    const capability = progressKinds.has(frame.kind) ? 'progress' : 'signal';
    this.#inOrder(() => this.#tell(frame, capability, except));
  }

  /** Tells readers what became of frames. @param except The reader that told it. */
  receipt(frame: ReceiptFrame, except?: Reader): void {
    if (this.#isRead('receipt')) this.#inOrder(() => this.#tell(frame, 'receipt', except));
  }

  /** Brings a reader that joins or fell behind to where the live frames are. */
  catchUp(attachment: Attachment): void {
    if (this.#turns !== undefined) for (const turn of this.#turns.values()) attachment.live(turn);
    if (this.#drafts === undefined) return;
    for (const reply of this.#drafts.resumption(this.name, this.agent.source)) {
      attachment.live(new Outgoing(encode(reply)), 'stream');
    }
  }

  /** Tells readers that the agent came or went. */
  announce(): void {
    this.#inOrder(() => {
      const presences = new Map<boolean, Outgoing>();
      for (const attachment of this.#attachments) {
        const { commands } = attachment.reader.reads;
        const presence = presences.get(commands) ?? this.presenceFor(attachment.reader);
        presences.set(commands, presence);
        attachment.live(presence, 'signal');
      }
    });
  }

  /** The agent's presence, as a reader is told of it. */
  presenceFor({ reads }: Reader): Outgoing {
    const agent = this.agent.presence(reads.commands);
    const frame: Signal = { type: 'signal', kind: 'presence', conversation: this.name, agent };
    return new Outgoing(encode(frame));
  }

  report(error: unknown, message: string): void {
    this.#setting.logger.error({ err: error, conversation: this.name }, message);
  }

  #deliver(type: Append['type'], id: string, { seq, text }: StoredFrame, position: number | undefined): void {
    this.#setting.stats.appended++;
    this.last = seq;
    this.#conclude(type, id);
    const outgoing = new Outgoing(text);
    for (const attachment of this.#attachments) attachment.durable(seq, outgoing);
    if (position !== undefined) this.agent.deliver(position, this.name, id, outgoing);
  }

  /** A frame that leaves a hole before it tells that some were stored: which ones does not matter, the rest is said again. */
  #decide(seq: number): void {
    if (seq > this.last + 1) for (const conclude of this.#undecided?.values() ?? []) conclude();
    this.#undecided = undefined;
  }

  /** Ends what a durable frame supersedes. */
  #conclude(type: Append['type'], id: string): void {
    if (type === 'reply') this.#drafts?.end(id);
    if (type === 'turn') {
      this.#drafts?.endTurn(id);
      this.#turns?.delete(id);
    }
  }

  #receipt(outcome: Outcome, body: string): Receipt {
    switch (outcome.status) {
      case 'accepted':
        return { status: 'accepted', epoch: this.epoch, seq: outcome.frame.seq };
      case 'duplicate':
        this.#setting.stats.duplicates++;
        return isSameFrame(outcome.frame.text, body)
          ? { status: 'duplicate', epoch: this.epoch, seq: outcome.frame.seq }
          : { status: 'conflict' };
      case 'mailbox-full':
      case 'failed':
        return { status: outcome.status };
    }
  }

  /** Live frames do not overtake the durable ones before them. @param size UTF-16 units of their text, if that is long. */
  #inOrder(action: () => void, size = 0): void {
    this.touch();
    if (this.#pending > 0 && this.#setting.journal.isFull) this.#setting.stats.dropped++;
    else this.#afterPending(action, size);
  }

  #afterPending(action: () => void, size = 0): void {
    if (this.#pending === 0) return action();
    this.#pending++;
    this.#setting.journal.follow(() => {
      this.#pending--;
      action();
    }, size);
  }

  /** Writes a passing fact only if somebody reads such. */
  #tell(frame: Signal | ReceiptFrame, capability: Capability, except?: Reader): void {
    if (this.#isRead(capability)) this.#fanOut(new Outgoing(encode(frame)), capability, except);
  }

  #isRead(capability: Capability): boolean {
    for (const { reader } of this.#attachments) if (reader.reads[capability]) return true;
    return false;
  }

  #fanOut(outgoing: Outgoing, capability?: Capability, except?: Reader): void {
    for (const attachment of this.#attachments) {
      if (except === undefined || attachment.reader !== except) attachment.live(outgoing, capability);
    }
  }
}

/** Whether two frames of one id say the same; when it was written and how it is traced may differ between attempts. */
function isSameFrame(stored: string, body: string): boolean {
  return isDeepStrictEqual(identity(stored), identity(`${body}}`));
}

const passing = new Set(['epoch', 'seq', 'timestamp', 'traceparent']);

function identity(text: string): object {
  const frame: Record<string, unknown> = JSON.parse(text);
  return Object.fromEntries(Object.entries(frame).filter(([name]) => !passing.has(name)));
}
