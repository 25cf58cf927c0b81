import type { ReplySubmission, Turn, TurnSubmission } from '../generated/frames.ts';
import { createMemory, keyOf } from './memory.ts';
import type { Judge } from './trace.ts';

interface RunningTurn {
  status: TurnSubmission['status'];
  events: readonly string[];
}

/**
 * Turns as an agent reports them: accepted, started, ended, and nothing after that.
 *
 * @param resumed Whether turns of an earlier connection may go on.
 */
export function createSubmittedTurns(judge: Judge, resumed: boolean) {
  const turns = createMemory<RunningTurn>();
  const blame = (requirement: string, message: string): void => judge(requirement, 'agent', message);
  return {
    turn(frame: TurnSubmission, conversation: string, repeated: boolean): void {
      const { id, status, events, outcome } = frame;
      const key = keyOf(conversation, id);
      const known = turns.get(key);
      if (known?.status === 'ended') {
        if (!repeated) blame('R-TURN-2', `\`${status}\` of ${id}, which has ended`);
        return;
      }
      if (known === undefined && status !== 'accepted' && !resumed) {
        blame('R-TURN-1', `\`${status}\` of ${id}, which was not \`accepted\``);
      }
      const lost = known?.events.find((event) => !events.includes(event));
      if (lost !== undefined) blame('R-TURN-3', `${id} no longer names the event ${lost}`);
      if (status === 'ended' && outcome === undefined)
        blame('R-TURN-2', `${id} ended without an \`outcome\``);
      turns.set(key, { status, events });
    },
    reply({ id, kind, turn }: ReplySubmission, conversation: string, repeated: boolean): void {
      if (turn === undefined || repeated) return;
      const known = turns.get(keyOf(conversation, turn));
      if (known?.status === 'ended') blame('R-TURN-2', `\`${kind}\` ${id} of ${turn}, which has ended`);
      if (known === undefined && !resumed) {
        blame('R-TURN-1', `\`${kind}\` ${id} of ${turn}, which was not \`accepted\``);
      }
    },
    /** Whether the turn began on this connection. */
    knows: (conversation: string, turn: string | undefined): boolean =>
      turn !== undefined && turns.has(keyOf(conversation, turn)),
  };
}

/** Turns as a relay passes them on: one that has ended is not handed to anybody as running. */
export function createDeliveredTurns(judge: Judge) {
  const ended = createMemory<true>();
  return ({ id, status, seq }: Turn, conversation: string): void => {
    const key = keyOf(conversation, id);
    if (status === 'ended') return void ended.set(key, true);
    if (ended.has(key)) judge('R-ATTACH-8', 'relay', `\`${status}\` of ${id}, which has ended`);
    if (seq !== undefined) judge('R-EVENT-3', 'relay', `\`${status}\` of ${id} with \`seq\` ${seq}`);
  };
}
