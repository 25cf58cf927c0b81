import { createAgentConnection } from './agent-connection.ts';
import { createClientConnection } from './client-connection.ts';
import { createSession } from './session.ts';
import type { TraceEntry, TraceFrame, Violation } from './trace.ts';

/** Which connection is looked at. */
export interface SequenceOptions {
  /** Who is at the other end from the relay. */
  readonly role: 'client' | 'agent';
  /**
   * Whether the same agent was connected before: its turns and streams may then go on in the middle.
   * @default false
   */
  readonly resumed?: boolean;
}

/** Says of the frames of one connection, one after the other, whether their order is legal. */
export interface SequenceChecker {
  /** Takes the next entry. @returns What it breaks, in most cases nothing. */
  take(entry: TraceEntry): readonly Violation[];
}

type AnyRule = ((frame: unknown) => void) | undefined;

/**
 * Makes a checker for one connection. It looks at the order of frames, not at their shape: parse them first.
 * A frame of unknown type is legal. The memory it takes is bounded.
 */
export function createSequenceChecker({ role, resumed = false }: SequenceOptions): SequenceChecker {
  let found: Violation[] = [];
  let entries = 0;
  const judge = (requirement: string, by: Violation['by'], message: string): void =>
    void found.push({ requirement, by, entry: entries, message });
  const session = createSession(role, judge);
  const { fromPeer, fromRelay } =
    role === 'client'
      ? createClientConnection(session, judge)
      : createAgentConnection(session, judge, resumed);

  function takeFrame({ from, frame, at, illegal }: TraceFrame): void {
    if (illegal) return session.remember(from, frame);
    session.admit(from, frame, at);
    const [rules, others] = from === 'relay' ? [fromRelay, fromPeer] : [fromPeer, fromRelay];
    if (Object.hasOwn(rules, frame.type)) (rules as Record<string, AnyRule>)[frame.type]?.(frame);
    else if (Object.hasOwn(others, frame.type)) {
      judge('R-FRAME-10', from, `\`${frame.type}\` does not travel from the ${from}`);
    }
  }

  return {
    take(entry) {
      found = [];
      if ('close' in entry) session.close(entry.from, entry.close.code);
      else takeFrame(entry);
      entries++;
      return found;
    },
  };
}

/**
 * Says whether the frames of one connection came in a legal order.
 *
 * @param trace The connection from its first frame on, as one of its ends saw it.
 * @returns Every violation, in the order of the entries that show them; empty for a legal trace.
 */
export function checkTrace(
  trace: readonly TraceEntry[],
  perspective: SequenceOptions['role'] | SequenceOptions,
): Violation[] {
  const checker = createSequenceChecker(
    typeof perspective === 'string' ? { role: perspective } : perspective,
  );
  return trace.flatMap((entry) => checker.take(entry));
}
