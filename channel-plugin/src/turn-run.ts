import type { Account } from './accounts.ts';
import { fetchAttached } from './attached-files.ts';
import { messageOf } from './errors.ts';
import type { Admission, Host, Question, RunListener, RunResult } from './host-port.ts';
import type { LateAnswers } from './late-answers.ts';
import type { Log } from './log.ts';
import { createProgressSender } from './progress-sender.ts';
import type { RelayFiles } from './relay-files.ts';
import type { ReplySender } from './reply-sender.ts';
import type { RunStarts } from './run-starts.ts';
import type { Transport } from './transport.ts';
import { agentFailed } from './turn-errors.ts';
import type { RecordedTurn } from './turn-journal.ts';
import type { Turn, Turns } from './turns.ts';
import { orAborted } from './wait.ts';

/** What the runs of one agent need. */
export interface TurnRunOptions {
  readonly host: Host;
  readonly turns: Turns;
  readonly late: LateAnswers;
  readonly starts: RunStarts;
  readonly sender: (turn: Turn, thread: string | undefined) => ReplySender;
  /** The connection of the moment: it is another one after the channel was restarted. */
  readonly transport: () => Transport;
  readonly streaming: () => 'token' | 'block' | 'none';
  readonly progress: () => Account['progress'];
  readonly files: () => RelayFiles;
  readonly log: Log;
}

/** Remembers an event as handled, and its turn as one that has not ended. */
export type Keep = (turn: Turn, more?: Pick<RecordedTurn, 'session' | 'thread' | 'draft'>) => void;

/** Has the agent answer a question in its turn. `leave` lets in what was said after it; it may be called again. */
export type TurnRun = (
  question: Question,
  turn: Turn,
  admission: Extract<Admission, { status: 'admitted' }>,
  keepTurn: Keep,
  leave: () => void,
) => Promise<void>;

/** A run that says nothing for this long, in milliseconds, no longer holds back what is said after it. */
const laneStallMs = 30_000;

/** Makes the runs of one agent. */
export function createTurnRun({
  host,
  turns,
  late,
  starts,
  sender,
  transport,
  streaming,
  progress,
  files,
  log,
}: TurnRunOptions): TurnRun {
  const { end } = turns;

  function typing({ id, conversation }: Turn, active: boolean): void {
    const relay = transport();
    if (relay.reads('signal')) relay.live({ type: 'signal', kind: 'typing', conversation, turn: id, active });
  }

  return async (question, turn, admission, keepTurn, leave) => {
    const { session } = admission;
    const { thread } = question;
    const replies = sender(turn, thread);
    const keep = (): void => keepTurn(turn, { session, thread, draft: replies.draft });
    const settled = Promise.withResolvers<void>();
    const stall = setTimeout(leave, laneStallMs);
    const listener: RunListener = {
      signal: turn.signal,
      blocks: streaming() === 'block',
      progress: progress() === 'none' ? undefined : createProgressSender(turn, transport),
      reasoning: progress() === 'reasoning',
      onAdopted() {
        // What was put off is in the agent's own records no sooner than its run begins.
        if (isDeferred) starts.next(session, keep);
        else keep();
        leave();
      },
      onDeferred() {
        isDeferred = true;
        leave();
      },
      onSettled: settled.resolve,
      onStarted: () => turns.start(turn, session),
      onMessageStart: () => replies.messageStart(),
      // OpenClaw may tell of a run that was stopped for a moment longer.
      onPartial: (text) => turns.isOpen(turn) && replies.partial(text),
      onAnswer(answer) {
        if (turn.signal.aborted && !turns.isOpen(turn)) return [];
        // Until it is kept it counts as lost.
        lost += 1;
        const ids = replies.answer(answer);
        lost -= 1;
        answered = true;
        return ids;
      },
      storeFile: (file) => files().store(turn.conversation, file),
      onTyping: (active) => (turns.isOpen(turn) || !active) && typing(turn, active),
    };
    let result: RunResult | undefined;
    let failure: unknown;
    let isDeferred = false;
    let answered = false;
    let lost = 0;
    try {
      turn.signal.throwIfAborted();
      const attached = await fetchAttached(question.attachments ?? [], files(), turn.signal);
      for (const note of attached.notes) log.warn(note);
      result = await admission.run(listener, attached);
      if (result.deferred === 'followup') {
        const forgo = late.expect(turn, session, thread);
        await orAborted(settled.promise, turn.signal).finally(forgo);
      }
    } catch (error) {
      failure = error;
    } finally {
      clearTimeout(stall);
      keep();
    }
    if (turn.signal.aborted || result?.outcome === 'aborted') {
      replies.interrupt();
      return end(turn, 'aborted');
    }
    if (result === undefined) {
      log.error(`The agent failed: ${messageOf(failure)}`);
      return end(turn, 'failed', agentFailed);
    }
    // It ends together with the turn that answers it.
    if (result.deferred === 'steer' && turns.steer(turn, session)) return;
    if (result.outcome === 'failed' || lost > 0) return end(turn, 'failed', agentFailed);
    // OpenClaw knows the question from before a restart, and goes on with it by itself.
    if (isKnown(result) && !answered && host.isBusy(session)) return late.follow(turn, session, thread);
    return end(turn, answered || result.deferred === 'followup' ? 'completed' : result.outcome);
  };
}

const isKnown = ({ outcome, idle, deferred }: RunResult): boolean =>
  outcome === 'silent' && idle === true && deferred === undefined;
