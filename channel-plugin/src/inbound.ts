import { type Cancel, type Event, mintId, type TurnError } from '@websocket-channel/protocol';
import type { Account } from './accounts.ts';
import { fetchAttached } from './attached-files.ts';
import { buttonTexts } from './button-action.ts';
import { messageOf } from './errors.ts';
import { describeEvent, isSpeech } from './event-words.ts';
import type { HandledEvents } from './handled-events.ts';
import type { Admission, Host, Question, RunListener, RunResult } from './host-port.ts';
import { createLanes } from './lanes.ts';
import type { LateAnswers } from './late-answers.ts';
import type { Log } from './log.ts';
import type { Notes } from './notes.ts';
import { createProgressSender } from './progress-sender.ts';
import type { RelayFiles } from './relay-files.ts';
import type { ReplySender } from './reply-sender.ts';
import { conversationKind } from './session-key.ts';
import type { Transport } from './transport.ts';
import { agentFailed, answerLost, notAllowed, unknownButton } from './turn-errors.ts';
import { turnId } from './turn-id.ts';
import type { RecordedTurn, TurnJournal } from './turn-journal.ts';
import type { Outcome, Turn, Turns } from './turns.ts';
import { orAborted } from './wait.ts';

/** What the events of one agent need. */
export interface InboundOptions {
  readonly accountId: string;
  readonly host: Host;
  readonly turns: Turns;
  readonly journal: TurnJournal;
  readonly handled: HandledEvents;
  /** Whether a turn, by its id, goes on, or its end is still on its way to the relay. */
  readonly isUnderWay: (turn: string) => boolean;
  readonly late: LateAnswers;
  readonly notes: Notes;
  readonly sender: (turn: Turn, thread: string | undefined) => ReplySender;
  /** The connection of the moment: it is another one after the channel was restarted. */
  readonly transport: () => Transport;
  readonly streaming: () => 'token' | 'block' | 'none';
  readonly progress: () => Account['progress'];
  readonly files: () => RelayFiles;
  readonly log: Log;
}

/** Handles what participants say. */
export interface Inbound {
  event(event: Event): void;
  cancel(cancel: Cancel): void;
}

/** Remembers an event as handled, and its turn as one that has not ended. */
type Keep = (turn: Turn, more?: Pick<RecordedTurn, 'session' | 'thread' | 'draft'>) => void;

/** A run that says nothing for this long, in milliseconds, no longer holds back what is said after it. */
const laneStallMs = 30_000;

/** Makes the handling of one agent's events. */
export function createInbound({
  accountId,
  host,
  turns,
  journal,
  handled,
  isUnderWay,
  late,
  notes,
  sender,
  transport,
  streaming,
  progress,
  files,
  log,
}: InboundOptions): Inbound {
  const { end } = turns;
  const lanes = createLanes();
  /** Events that are being handled: whether they are remembered, and whether the relay need not deliver them again. */
  const handling = new Map<string, { kept: boolean; adopted: boolean }>();

  function event(event: Event): void {
    const { source } = event;
    const conversation = event.conversation ?? source;
    const id = event.id ?? mintId();
    const key = turnId(accountId, conversation, id);
    const received = (): void =>
      void (event.id !== undefined && transport().live({ type: 'received', conversation, events: [id] }));

    const known = handling.get(key);
    if (known !== undefined) {
      if (known.adopted) received();
      return;
    }
    const said = event.kind === 'action' ? buttonTexts.textOf(event.content) : event.content;
    const entry = { kept: false, adopted: false };
    const question: Question = {
      accountId,
      kind: conversationKind(conversation, source),
      conversation,
      id,
      source,
      content: said ?? '',
      timestamp: event.timestamp,
      senderName: event.sender?.name,
      thread: event.thread,
      replyTo: event.kind === 'action' ? event.target : event.replyTo,
      attachments: event.attachments,
    };
    const adopt = (): void => {
      if (entry.adopted) return;
      entry.adopted = true;
      received();
    };
    // The relay does not deliver it again from now on: should this process end, the next one ends the turn.
    const keep: Keep = (turn, more) => {
      if (event.id === undefined || transport().legacy) return adopt();
      if (entry.kept) return;
      entry.kept = true;
      if (more !== undefined && turns.isOpen(turn)) {
        journal.note({ id: key, conversation, events: turn.events, ...more });
      }
      // What would not survive a crash stays with the relay; the end of the turn takes it from there.
      if (handled.add(key, event.epoch)) adopt();
    };
    if (handled.has(key)) {
      // The relay lost the log in which the turn has ended: whoever asks again would wait for ever.
      if (isSpeech(event) && handled.isInOtherLog(key, event.epoch) && !isUnderWay(key)) {
        end(turns.accept(turnId(key, `${event.epoch}`), conversation, id), 'failed', answerLost);
      }
      return handled.add(key, event.epoch) ? adopt() : undefined;
    }
    handling.set(key, entry);
    const work = isSpeech(event)
      ? handle(question, key, keep, said === undefined)
      : noted(question, key, describeEvent(event)).then(() => {
          if (event.id === undefined || handled.add(key, event.epoch)) adopt();
        });
    work
      .catch((error: unknown) => log.error(`An event is not handled: ${messageOf(error)}`))
      .finally(() => handling.delete(key));
  }

  async function handle(question: Question, key: string, keep: Keep, unknown: boolean): Promise<void> {
    const { id, conversation, content } = question;
    // The place in the lane is taken at once, so that the order of arrival is kept.
    const lane = lanes.enter(isCommand(content) ? id : conversation);
    let leave = (): void => void lane.then((free) => free());
    try {
      const turn = turns.accept(key, conversation, id);
      // The end comes first: after a crash nothing else is left of a turn whose event is remembered as handled.
      const settle = (outcome: Outcome, error?: TurnError): void => {
        end(turn, outcome, error);
        keep(turn);
      };
      try {
        const admission = await orAborted(host.admit(question), turn.signal);
        const free = await orAborted(lane, turn.signal);
        if (admission === undefined || free === undefined) return settle('aborted');
        leave = free;
        if (unknown && admission.status === 'admitted') return settle('failed', unknownButton);
        if (admission.status === 'admitted') {
          return await run(question, turn, admission, keep, leave);
        }
        await turnAway(turn, question, admission, settle);
      } catch (error) {
        log.error(`The agent failed: ${messageOf(error)}`);
        settle('failed', agentFailed);
      }
    } finally {
      leave();
    }
  }

  function isCommand(content: string): boolean {
    try {
      return host.isCommand(content);
    } catch (error) {
      log.warn(`Commands cannot be told from messages: ${messageOf(error)}`);
      return false;
    }
  }

  /** What needs no answer waits for the agent's next run. */
  async function noted(question: Question, key: string, text: string): Promise<void> {
    const { accountId, kind, conversation, id, source, thread } = question;
    const lane = lanes.enter(conversation);
    try {
      const admission = await host.admit(question);
      await lane;
      if (admission.status !== 'admitted') return;
      notes.add(key, admission.session, { accountId, kind, conversation, id, source, thread }, text);
    } finally {
      void lane.then((leave) => leave());
    }
  }

  async function turnAway(
    turn: Turn,
    question: Question,
    admission: Exclude<Admission, { status: 'admitted' }>,
    settle: (outcome: Outcome, error?: TurnError) => void,
  ): Promise<void> {
    log.info(
      `${question.source} is not admitted: ${admission.status === 'pairing' ? 'pairing required' : admission.reason}`,
    );
    switch (admission.status) {
      case 'pairing': {
        const content = await admission.challenge();
        if (content !== undefined) sender(turn, question.thread).answer({ kind: 'notice', content });
        return settle('silent');
      }
      case 'refused':
        return settle('failed', notAllowed);
      case 'ignored':
        return settle('silent');
    }
  }

  async function run(
    question: Question,
    turn: Turn,
    admission: Extract<Admission, { status: 'admitted' }>,
    keepTurn: Keep,
    leave: () => void,
  ): Promise<void> {
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
        keep();
        leave();
      },
      onDeferred: leave,
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
  }

  function typing({ id, conversation }: Turn, active: boolean): void {
    const relay = transport();
    if (relay.reads('signal')) relay.live({ type: 'signal', kind: 'typing', conversation, turn: id, active });
  }

  return {
    event,
    cancel({ conversation, turn }) {
      const stopped = turns.cancel(conversation, turn);
      log.debug?.(`Cancelled ${stopped} turns of ${conversation}`);
    },
  };
}

const isKnown = ({ outcome, idle, deferred }: RunResult): boolean =>
  outcome === 'silent' && idle === true && deferred === undefined;
