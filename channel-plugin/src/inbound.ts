import { type Cancel, type Event, mintId, type TurnError } from '@websocket-channel/protocol';
import { buttonTexts } from './button-action.ts';
import { messageOf } from './errors.ts';
import { describeEvent, isSpeech } from './event-words.ts';
import type { HandledEvents } from './handled-events.ts';
import type { Admission, Question } from './host-port.ts';
import { createLanes } from './lanes.ts';
import type { Notes } from './notes.ts';
import { conversationKind } from './session-key.ts';
import { agentFailed, answerLost, notAllowed, unknownButton } from './turn-errors.ts';
import { turnId } from './turn-id.ts';
import type { TurnJournal } from './turn-journal.ts';
import { createTurnRun, type Keep, type TurnRunOptions } from './turn-run.ts';
import type { Outcome, Turn } from './turns.ts';
import { orAborted } from './wait.ts';

/** What the events of one agent need. */
export interface InboundOptions extends TurnRunOptions {
  readonly accountId: string;
  readonly journal: TurnJournal;
  readonly handled: HandledEvents;
  /** Whether a turn, by its id, goes on, or its end is still on its way to the relay. */
  readonly isUnderWay: (turn: string) => boolean;
  readonly notes: Notes;
}

/** Handles what participants say. */
export interface Inbound {
  event(event: Event): void;
  cancel(cancel: Cancel): void;
}

/** Makes the handling of one agent's events. */
export function createInbound(options: InboundOptions): Inbound {
  const { accountId, host, turns, journal, handled, isUnderWay, notes, sender, transport, log } = options;
  const run = createTurnRun(options);
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
      if (handled.add(key, event)) adopt();
    };
    if (handled.has(key)) {
      // The relay has lost or given up the turn that has ended: whoever asks again would wait for ever.
      if (isSpeech(event) && handled.isStoredAnew(key, event) && !isUnderWay(key)) {
        const again = turnId(key, `${event.epoch} ${event.seq}`);
        end(turns.accept(again, conversation, id), 'failed', answerLost);
      }
      return handled.add(key, event) ? adopt() : undefined;
    }
    handling.set(key, entry);
    const work = isSpeech(event)
      ? handle(question, key, keep, said === undefined)
      : noted(question, key, describeEvent(event)).then(() => {
          if (event.id === undefined || handled.add(key, event)) adopt();
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

  return {
    event,
    cancel({ conversation, turn }) {
      const stopped = turns.cancel(conversation, turn);
      log.debug?.(`Cancelled ${stopped} turns of ${conversation}`);
    },
  };
}
