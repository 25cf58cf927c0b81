import { limits, type TurnError, type TurnSubmission } from '@websocket-channel/protocol';

/** How a turn ends. */
export type Outcome = 'completed' | 'silent' | 'aborted' | 'failed';

/** One run of the agent that has not ended. */
export interface Turn {
  readonly id: string;
  readonly conversation: string;
  /** The events that it answers. */
  readonly events: readonly string[];
  readonly status: 'accepted' | 'started';
  /** Aborted by `cancel`. */
  readonly signal: AbortSignal;
}

/** The turns of one agent that have not ended. */
export interface Turns {
  readonly size: number;
  /** Opens the turn of an event. */
  accept(id: string, conversation: string, event: string): Turn;
  /** @param session Where the agent answers: threads of a conversation have sessions of their own. */
  start(turn: Turn, session: string): void;
  /**
   * Gives the events of a turn to the oldest other turn that runs in the session. From then on the two are stopped
   * together, and end together with the same outcome.
   *
   * @returns Whether there is such a turn.
   */
  steer(turn: Turn, session: string): boolean;
  /** Ends a turn, and those that were steered into it; a second end of the same turn is ignored. */
  end(turn: Turn, outcome: Outcome, error?: TurnError): void;
  /** Stops a turn, or all of a conversation. @returns How many were stopped. */
  cancel(conversation: string, id?: string): number;
  isOpen(turn: Turn): boolean;
  /** Whether a turn of this id is open. */
  has(id: string): boolean;
  /** Goes on with a turn that an earlier process left open. */
  reopen(turn: Pick<Turn, 'id' | 'conversation' | 'events'>): Turn;
  /** Tells the state of all turns again, to a relay that may have forgotten them. */
  announce(): void;
}

interface OpenTurn extends Turn {
  events: readonly string[];
  status: 'accepted' | 'started';
  readonly controller: AbortController;
  /** Where it runs, once it does. */
  session?: string;
  /** The turn that it was steered into. */
  into?: OpenTurn;
}

/**
 * Keeps the turns of one agent.
 *
 * @param emit Takes each change of a turn.
 * @param now Milliseconds since 1970-01-01 UTC.
 */
export function createTurns(emit: (frame: TurnSubmission) => void, now: () => number = Date.now): Turns {
  const open = new Map<string, OpenTurn>();

  const find = ({ id }: Turn): OpenTurn | undefined => open.get(id);

  const tell = (
    { id, conversation, events }: Pick<Turn, 'id' | 'conversation' | 'events'>,
    rest: Pick<TurnSubmission, 'status' | 'outcome' | 'error'>,
  ): void => emit({ type: 'turn', id, conversation, events: [...events], ...rest, timestamp: now() });

  function begin(id: string, conversation: string, events: readonly string[]): Turn {
    const controller = new AbortController();
    const turn: OpenTurn = {
      id,
      conversation,
      events,
      status: 'accepted',
      controller,
      signal: controller.signal,
    };
    open.set(id, turn);
    tell(turn, { status: 'accepted' });
    return turn;
  }

  function finish(turn: OpenTurn, outcome: Outcome, error: TurnError | undefined): void {
    open.delete(turn.id);
    tell(turn, { status: 'ended', outcome, ...(error !== undefined && { error }) });
    for (const other of open.values()) if (other.into === turn) finish(other, outcome, error);
  }

  return {
    get size() {
      return open.size;
    },
    accept: (id, conversation, event) => begin(id, conversation, [event]),
    reopen: ({ id, conversation, events }) => begin(id, conversation, events),
    start(turn, session) {
      const found = find(turn);
      if (found === undefined || found.status === 'started') return;
      found.status = 'started';
      found.session = session;
      tell(found, { status: 'started' });
    },
    steer(turn, session) {
      const steered = find(turn);
      const target = [...open.values()].find(
        (other) => other.id !== turn.id && other.session === session && other.into === undefined,
      );
      if (steered === undefined || target === undefined) return false;
      steered.into = target;
      // The others end by turns of their own as well.
      const [own, ...others] = new Set([...target.events, ...turn.events]);
      target.events = [own!, ...others.slice(1 - limits.events)];
      tell(target, { status: 'started' });
      return true;
    },
    end(turn, outcome, error) {
      const found = find(turn);
      if (found !== undefined) finish(found, outcome, error);
    },
    cancel(conversation, id) {
      let stopped = 0;
      for (const turn of open.values()) {
        if (turn.conversation !== conversation || (id !== undefined && turn.id !== id)) continue;
        turn.controller.abort();
        turn.into?.controller.abort();
        stopped += 1;
      }
      return stopped;
    },
    isOpen: (turn) => open.has(turn.id),
    has: (id) => open.has(id),
    announce() {
      for (const turn of open.values()) tell(turn, { status: turn.status });
    },
  };
}
