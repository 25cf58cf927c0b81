import type { AgentToRelay, Event, ReplySubmission, TurnSubmission } from '../../../src/generated/frames.ts';
import { mintId } from '../../../src/id.ts';
import type { Defects } from '../defects.ts';
import type { Disk } from './disk.ts';
import { answer } from './model.ts';

interface RunningTurn {
  readonly id: string;
  readonly events: string[];
  readonly stop: AbortController;
}

/** What a turn needs to speak. */
export interface Voice {
  /** Says what may get lost. */
  live(frame: AgentToRelay): void;
  /** Says what must not get lost. */
  durable(frame: ReplySubmission | TurnSubmission): void;
  readonly streams: boolean;
}

/** Runs the turns of the reference agent: one at a time per conversation, later events steer it. */
export function createTurns(voice: Voice, disk: Disk, has: Defects) {
  const running = new Map<string, RunningTurn>();
  let crashed = false;

  async function run(event: Event, conversation: string): Promise<void> {
    const id = mintId();
    const turn: RunningTurn = { id, events: [event.id!], stop: new AbortController() };
    const common = { conversation, turn: id };
    running.set(conversation, turn);
    const tell = (status: 'accepted' | 'started') =>
      voice.live({ type: 'turn', id, conversation, status, events: [...turn.events] });
    if (!has('R-TURN-1')) tell('accepted');
    if (has('R-FRAME-10')) voice.live({ type: 'signal', kind: 'typing' } as AgentToRelay);
    const reply = mintId();
    let text = '';
    let index = has('R-STREAM-3') ? 1 : 0;
    for await (const content of answer(event.content, turn.stop.signal)) {
      if (index === 0) tell('started');
      text += content;
      if (voice.streams && !has('R-TURN-1')) {
        const seq = has('R-STREAM-6') ? { seq: 1 } : {};
        voice.live({
          type: 'reply',
          kind: 'delta',
          id: reply,
          ...common,
          index,
          content,
          ...(seq as object),
        });
      }
      index++;
    }
    if (has('R-TURN-1')) tell('accepted');
    const final = has('R-STREAM-2') ? mintId() : reply;
    voice.durable({
      type: 'reply',
      kind: 'final',
      id: final,
      ...common,
      content: text,
      events: [...turn.events],
    });
    running.delete(conversation);
    const events = has('R-TURN-3') ? turn.events.slice(0, 1) : turn.events;
    const outcome = turn.stop.signal.aborted ? 'aborted' : 'completed';
    const ended: TurnSubmission = { type: 'turn', id, conversation, status: 'ended', events };
    voice.durable(has('R-TURN-2') ? ended : { ...ended, outcome });
    if (crashed) return;
    for (const known of turn.events) {
      const entry = disk.inbox.get(known);
      if (entry !== undefined) entry.done = true;
    }
  }

  return {
    handle(event: Event): void {
      const conversation = event.conversation ?? event.source;
      const current = running.get(conversation);
      if (current === undefined) return void run(event, conversation);
      current.events.push(event.id!);
      voice.live({
        type: 'turn',
        id: current.id,
        conversation,
        status: 'started',
        events: [...current.events],
      });
    },
    cancel(conversation: string): void {
      if (!has('R-CANCEL-2')) running.get(conversation)?.stop.abort();
    },
    /** Forgets everything that runs, as a crash does. */
    crash(): void {
      for (const { stop } of running.values()) stop.abort();
      running.clear();
      crashed = true;
    },
  };
}
