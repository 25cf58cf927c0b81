import type { ChannelError } from './errors.ts';
import type { Log } from './log.ts';
import type { DurableFrame, Outbox, OutboxEntry } from './outbox.ts';
import type { RelayMemory } from './relay-memory.ts';

/**
 * A relay of the `core` profile neither acknowledges frames nor recognises repeated ones. One that numbers events or answers
 * a frame does both.
 */
type Profile = 'unknown' | 'core' | 'reliable';

/** What became of a frame in this session. `read`: the relay has read on, and did not answer it so far. */
type Progress = 'written' | 'read' | 'refused' | 'overdue';

/** What a delivery needs. */
export interface DeliveryOptions {
  readonly outbox: Outbox;
  /** One that answered before, and does not now, is held up. */
  readonly memory: RelayMemory;
  readonly log: Log;
  /** Writes a frame to the connection, or says why the relay cannot take it. `done`: nothing will be heard of it again. */
  readonly write: (entry: OutboxEntry) => 'away' | 'written' | 'done' | ChannelError;
  /** Asks the relay for a sign of life, after all that was written to it. @returns Whether it came in time. */
  readonly ask: (withinMs: number) => Promise<boolean>;
  /** How long a relay that never answered a frame may take to do so, once it reads, in milliseconds. */
  readonly graceMs: number;
  /** How long a frame without an answer holds back later ones, in milliseconds. @default 30000 */
  readonly patienceMs?: number;
}

/**
 * Carries an outbox to a relay. A frame waits until the relay has the earlier ones of its conversation: the relay may refuse
 * one for now and take the next, and would store them the wrong way round.
 */
export interface Delivery {
  /** A session begins: all that is kept is written anew. */
  open(): void;
  /** The session is over. */
  close(): void;
  /** Takes frames, all or none; see {@link Outbox.add}. @throws {ChannelError} `outbox_full` */
  add(...frames: readonly DurableFrame[]): Promise<void>;
  /** An event came, with a number or without. */
  observe(isNumbered: boolean): void;
  /** The relay has a frame. */
  settle(id: string): void;
  /** The relay refuses a frame for good. */
  fail(id: string, error: ChannelError): void;
  /**
   * The relay knows nothing of the conversation. Where the frame answers what the relay delivered, it has lost its log, and
   * takes the answer once a participant is back: it is told again for {@link returnMs}.
   */
  disown(id: string, error: ChannelError, afterMs: number): void;
  /** The relay refuses a frame for now. */
  retry(id: string, afterMs: number): void;
}

/** How long a participant may take to come back to a relay that lost its log, in milliseconds. */
const returnMs = 300_000;

const isAnswer = ({ frame }: OutboxEntry): boolean => frame.type === 'turn' || frame.turn !== undefined;

/** Makes a delivery without a session. */
export function createDelivery(options: DeliveryOptions): Delivery {
  const { outbox, memory, log, write, ask, graceMs, patienceMs = 30_000 } = options;
  let isOpen = false;
  let profile: Profile = 'unknown';
  let answers = 0;
  /** Whether the relay said nothing to any frame for so long that none waits any more. */
  let isMute = false;
  const progress = new Map<string, Progress>();
  const timers = new Map<string, NodeJS.Timeout>();
  /** Since when the relay knows nothing of a conversation. */
  const unknown = new Map<string, number>();

  const find = (id: string): OutboxEntry | undefined => outbox.entries().find(({ frame }) => frame.id === id);

  function forget(id: string): void {
    progress.delete(id);
    clearTimeout(timers.get(id));
    timers.delete(id);
  }

  function later(id: string, ms: number, action: () => void): void {
    clearTimeout(timers.get(id));
    timers.set(id, setTimeout(action, ms).unref());
  }

  /** Writes whatever may be written. */
  function advance(): void {
    if (!isOpen) return;
    const held = new Set<string | undefined>();
    const unsure: string[] = [];
    for (const entry of outbox.entries()) {
      const { id, conversation } = entry.frame;
      if (held.has(conversation)) continue;
      if (!progress.has(id)) {
        const written = write(entry);
        if (written === 'away') break;
        if (written === 'done') {
          outbox.settle(id);
          continue;
        }
        if (written !== 'written') {
          log.error(`${id} is not sent: ${written.message}`);
          outbox.fail(id, written);
          continue;
        }
        progress.set(id, 'written');
        awaitAnswer(id, profile === 'core' ? graceMs : patienceMs);
        if (profile === 'unknown') unsure.push(id);
      }
      if (isHolding(id)) held.add(conversation);
    }
    if (unsure.length > 0) void findOut(unsure);
  }

  /** A relay that says nothing to a frame may be one that never does, or be held up: only of one that reads is it known. */
  async function findOut(ids: readonly string[]): Promise<void> {
    if (!(await ask(patienceMs)) || memory.isReliable) return;
    for (const id of ids) {
      if (progress.get(id) !== 'written') continue;
      progress.set(id, 'read');
      awaitAnswer(id, graceMs);
    }
  }

  function isHolding(id: string): boolean {
    switch (progress.get(id)) {
      case 'written':
      case 'read':
        return profile !== 'core' && !isMute;
      case 'refused':
        return true;
      default:
        return false;
    }
  }

  function awaitAnswer(id: string, withinMs: number): void {
    const before = answers;
    const isReliable = profile === 'reliable';
    later(id, withinMs, () => {
      // Meanwhile it turned out what the relay is.
      if (profile === 'reliable' && !isReliable) awaitAnswer(id, patienceMs);
      else onSilence(id, answers === before);
    });
  }

  function onSilence(id: string, isSilent: boolean): void {
    if (profile === 'reliable' || (profile === 'unknown' && progress.get(id) !== 'read')) {
      if (!isMute) log.warn(`The relay does not answer ${id}; what was said after it no longer waits`);
      progress.set(id, 'overdue');
      isMute ||= isSilent;
    } else {
      profile = 'core';
      forget(id);
      outbox.settle(id);
    }
    advance();
  }

  function onAnswer(): void {
    profile = 'reliable';
    memory.note(true);
    answers += 1;
    isMute = false;
  }

  function fail(id: string, error: ChannelError): void {
    onAnswer();
    forget(id);
    outbox.fail(id, error);
    advance();
  }

  function retry(id: string, afterMs: number): void {
    onAnswer();
    if (!progress.has(id)) return;
    progress.set(id, 'refused');
    later(id, afterMs, () => {
      forget(id);
      advance();
    });
  }

  return {
    open() {
      isOpen = true;
      advance();
    },
    close() {
      isOpen = false;
      isMute = false;
      unknown.clear();
      for (const id of [...progress.keys()]) forget(id);
    },
    add(...frames) {
      const stored = outbox.add(...frames);
      for (const { id } of frames) forget(id);
      advance();
      return stored;
    },
    observe(isNumbered) {
      if (profile === 'reliable' || (profile === 'core' && !isNumbered)) return;
      profile = isNumbered ? 'reliable' : 'core';
      memory.note(isNumbered);
      advance();
    },
    settle(id) {
      onAnswer();
      if (unknown.size > 0) unknown.delete(find(id)?.frame.conversation ?? '');
      forget(id);
      outbox.settle(id);
      advance();
    },
    fail,
    disown(id, error, afterMs) {
      const entry = find(id);
      if (entry === undefined || !isAnswer(entry)) return fail(id, error);
      const { conversation } = entry.frame;
      const since = unknown.get(conversation) ?? performance.now();
      unknown.set(conversation, since);
      if (performance.now() - since < returnMs) retry(id, afterMs);
      else fail(id, error);
    },
    retry,
  };
}
