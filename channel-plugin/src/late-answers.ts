import type { Attachment, TurnError } from '@websocket-channel/protocol';
import { messageOf } from './errors.ts';
import type { Host, RunEvent } from './host-port.ts';
import { isAbout, type LateRun } from './late-run.ts';
import type { Log } from './log.ts';
import type { ReplySender } from './reply-sender.ts';
import type { RecordedTurn, TurnJournal } from './turn-journal.ts';
import type { Turn, Turns } from './turns.ts';

/** A message that OpenClaw sends without saying which question it answers. */
export interface Unsolicited {
  readonly conversation: string;
  readonly thread?: string | undefined;
  readonly content: string;
  readonly attachments?: readonly Attachment[] | undefined;
}

/** What late answers need. */
export interface LateAnswersOptions {
  readonly host: Host;
  readonly turns: Turns;
  readonly journal: TurnJournal;
  readonly sender: (turn: Turn, thread: string | undefined, draft: string | undefined) => ReplySender;
  readonly log: Log;
  /** How often runs that are awaited are looked after, in milliseconds. @default 2000 */
  readonly pollMs?: number;
  /** How long a run may take to begin, in milliseconds. @default 600000 */
  readonly patienceMs?: number;
}

/**
 * Answers that OpenClaw gives outside of the run that was asked: after a restart it goes on with runs that were cut off,
 * and messages that waited for a run are answered in one of their own. Such an answer comes as a message to the
 * conversation; what runs in the session tells which turn it belongs to.
 */
export interface LateAnswers {
  /** Goes on with turns of one session that an earlier process left open, oldest first, or ends them. */
  resume(records: readonly RecordedTurn[]): void;
  /** Follows a turn whose question OpenClaw knows from before a restart, until it is answered. */
  follow(turn: Turn, session: string, thread: string | undefined): void;
  /** Ties answers to a turn that waits for another run; it is ended by whoever began it. @returns Ends the waiting. */
  expect(turn: Turn, session: string, thread: string | undefined): () => void;
  /** @returns The ids of the replies that a message became, where it belongs to a turn. */
  take(message: Unsolicited): readonly string[] | undefined;
  observe(event: RunEvent): void;
  /** Stops looking after runs. */
  stop(): void;
}

const interrupted: TurnError = {
  code: 'interrupted',
  message: 'The Gateway was restarted while the agent answered',
};

/** What a session is found to do may lag behind what is told of its run. */
const idleLooks = 2;

/** Makes the keeper of late answers. */
export function createLateAnswers({
  host,
  turns,
  journal,
  sender,
  log,
  pollMs = 2000,
  patienceMs = 600_000,
}: LateAnswersOptions): LateAnswers {
  const lates = new Set<LateRun>();
  let timer: NodeJS.Timeout | undefined;

  function add(
    awaited: readonly [Turn, ...Turn[]],
    { session, thread, draft }: Pick<RecordedTurn, 'session' | 'thread' | 'draft'>,
    resumed: boolean,
  ): LateRun {
    const [turn] = awaited;
    const late: LateRun = {
      session,
      conversation: turn.conversation,
      thread,
      turns: awaited,
      replies: sender(turn, thread, draft),
      resumed,
      since: performance.now(),
      progress: 'waiting',
      answered: false,
      claim: 'none',
      idle: 0,
    };
    lates.add(late);
    if (!resumed) return late;
    for (const { signal } of awaited) signal.addEventListener('abort', () => abort(late), { once: true });
    timer ??= setInterval(look, pollMs).unref();
    return late;
  }

  function leave(late: LateRun): void {
    lates.delete(late);
    if (![...lates].some(({ resumed }) => resumed)) stop();
  }

  function stop(): void {
    clearInterval(timer);
    timer = undefined;
  }

  /** A run that has not begun is stopped when it does. */
  function abort(late: LateRun): void {
    for (const turn of late.turns) turns.end(turn, 'aborted');
    if (late.progress !== 'waiting') halt(late);
  }

  function halt({ session }: LateRun): void {
    host.stop(session).catch((error: unknown) => log.error(`A run is not stopped: ${messageOf(error)}`));
  }

  const isAborted = ({ turns: [{ signal }] }: LateRun): boolean => signal.aborted;

  const recordOf = ({ turns: [turn] }: LateRun): RecordedTurn | undefined =>
    journal.turns().find(({ id }) => id === turn.id);

  /** Gives an answer. @returns Whether there is room for it: if not, it is tried again. */
  function say({ replies }: LateRun, content: string): boolean {
    try {
      replies.answer({ kind: 'final', content });
      return true;
    } catch (error) {
      log.debug?.(`An answer waits: ${messageOf(error)}`);
      return false;
    }
  }

  /** Ends the turns of a run of which nothing more will come. */
  function settle(late: LateRun): void {
    const [turn] = late.turns;
    if (!turns.isOpen(turn)) return leave(late);
    const record = recordOf(late);
    const answered = late.answered || record?.answered === true;
    if (!answered && record?.text !== undefined && !say(late, record.text)) return;
    leave(late);
    for (const each of late.turns) {
      if (answered || record?.text !== undefined) turns.end(each, 'completed');
      else turns.end(each, 'failed', interrupted);
    }
  }

  function ask(question: 'isBusy' | 'isAnswerQueued', session: string, inDoubt: boolean): boolean {
    try {
      return host[question](session);
    } catch (error) {
      log.warn(`A session cannot be read: ${messageOf(error)}`);
      return inDoubt;
    }
  }

  /** Whether something may come of it still. */
  function isAlive(late: LateRun): boolean {
    if (late.claim === 'granted') return false;
    if (ask('isBusy', late.session, true)) return true;
    const record = recordOf(late);
    const hasAnswer = late.answered || record?.answered === true || record?.text !== undefined;
    return !hasAnswer && ask('isAnswerQueued', late.session, true);
  }

  /** OpenClaw leaves an answer that it was about to send when the Gateway died for minutes, or until the next start. */
  async function claim(late: LateRun): Promise<void> {
    late.claim = 'asked';
    try {
      const text = await host.claimAnswer(late.session);
      late.claim = text === undefined ? 'none' : 'granted';
      if (text !== undefined) deliver(late, text);
    } catch (error) {
      late.claim = 'none';
      log.warn(`An answer is not taken over: ${messageOf(error)}`);
    }
  }

  function deliver(late: LateRun, text: string): void {
    const [turn] = late.turns;
    if (!turns.isOpen(turn)) return leave(late);
    late.answered = say(late, text);
    if (late.answered) settle(late);
    else journal.change(turn.id, { text });
  }

  function look(): void {
    for (const late of [...lates].filter(({ resumed }) => resumed)) {
      const awaitsClaim = late.progress === 'waiting' && !late.answered && late.claim === 'none';
      if (awaitsClaim && ask('isAnswerQueued', late.session, false)) void claim(late);
      late.idle = isAlive(late) ? 0 : late.idle + 1;
      const tooLate = late.progress === 'waiting' && performance.now() - late.since > patienceMs;
      if (late.idle >= idleLooks || tooLate) settle(late);
    }
  }

  function begin(late: LateRun, run: string): void {
    late.run = run;
    late.progress = 'running';
    if (isAborted(late)) return halt(late);
    const [turn, ...steered] = late.turns;
    turns.start(turn, late.session);
    for (const other of steered) turns.steer(other, late.session);
  }

  function end(late: LateRun, text: string | undefined): void {
    const [turn] = late.turns;
    if (!turns.isOpen(turn)) return leave(late);
    if (!late.answered && text !== undefined) {
      late.answered = say(late, text);
      if (!late.answered) return journal.change(turn.id, { text });
    }
    leave(late);
    const record = recordOf(late);
    const answered = late.answered || record?.answered || record?.begun;
    for (const each of late.turns) turns.end(each, answered ? 'completed' : 'silent');
  }

  /** What a run of the channel's own said is kept until it is delivered. It is the oldest that awaits no other run. */
  function keepText(session: string, text: string): void {
    const awaiting = new Set([...lates].flatMap((late) => late.turns.map(({ id }) => id)));
    const record = journal.turns().find((each) => each.session === session && !awaiting.has(each.id));
    if (record === undefined || record.answered) return;
    // What was said block by block is not said again.
    journal.change(record.id, record.begun ? { answered: true } : { text });
  }

  function finish(
    late: LateRun,
    content: string,
    attachments: NonNullable<Unsolicited['attachments']>,
  ): readonly string[] {
    const replies = late.replies.answer({ kind: 'final', content, attachments });
    late.answered = true;
    return replies;
  }

  return {
    resume(records) {
      const [first] = records;
      if (first === undefined) return;
      const [turn, ...others] = records.map((record) => turns.reopen(record));
      const late = add([turn!, ...others], first, true);
      if (!isAlive(late)) settle(late);
    },
    follow: (turn, session, thread) => void add([turn], { session, thread }, true),
    expect(turn, session, thread) {
      const late = add([turn], { session, thread }, false);
      return () => leave(late);
    },
    take({ conversation, thread, content, attachments = [] }) {
      const late = [...lates].find(
        (each) => each.conversation === conversation && each.thread === thread && turns.isOpen(each.turns[0]),
      );
      switch (late?.progress) {
        case 'waiting':
          if (!late.resumed) return undefined;
          if (ask('isAnswerQueued', late.session, false)) return finish(late, content, attachments);
          // OpenClaw says that it goes on.
          return attachments.length === 0 ? late.replies.answer({ kind: 'notice', content }) : undefined;
        case 'finishing':
          return finish(late, content, attachments);
        case 'running':
        case undefined:
          return undefined;
      }
    },
    observe(event) {
      const late = [...lates].find((each) => isAbout(event, each));
      if (late === undefined) {
        if (event.phase === 'ended' && event.text !== undefined) keepText(event.session, event.text);
        return;
      }
      switch (event.phase) {
        case 'started':
          return begin(late, event.run);
        case 'finishing':
          if (late.progress === 'waiting') begin(late, event.run);
          late.progress = 'finishing';
          return;
        case 'ended':
          return late.resumed ? end(late, event.text) : undefined;
        case 'failed':
          // OpenClaw tries again a few times.
          late.progress = 'waiting';
          return;
      }
    },
    stop,
  };
}
