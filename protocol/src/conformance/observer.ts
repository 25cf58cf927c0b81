import type { Subject } from '../requirements.ts';
import { type LooseFrame, readMessage } from '../sequence/reading.ts';
import { createSequenceChecker, type Frame, type TraceEntry } from '../sequence.ts';
import type { Verdicts } from './verdicts.ts';

export type Loose = LooseFrame;

/** Whose connection is observed, and who is under test at the other end of it. */
export interface Ends {
  readonly peer: 'client' | 'agent';
  readonly under: Subject;
  /** Whether the same agent was connected before. */
  readonly resumed?: boolean;
}

/** Holds the traffic of one connection against the schemas and the legal order of frames. */
export interface Observer {
  /** @returns The frame as it is to be read, or nothing where it is none. */
  came(data: unknown, isBinary: boolean): Loose | undefined;
  sent(text: string): void;
  closed(by: Subject, code: number): void;
}

/** Requirements that any frame of some type could have broken, so that its arrival counts as a test of them. */
const shownBy = (frame: Loose, under: Subject): readonly string[] => {
  const shown = ['R-FRAME-1', 'R-FRAME-10'];
  if (frame.type === 'hello') shown.push('R-HELLO-1');
  if (frame.type === 'bye') shown.push('R-CLOSE-7');
  if (frame.kind === 'delta') shown.push('R-STREAM-6');
  if (under === 'agent' && frame.kind === 'delta') shown.push('R-STREAM-2', 'R-STREAM-3');
  return shown;
};

/** @param excerpt The last lines of the connection, for the report. */
export function createObserver(
  { peer, under, resumed = false }: Ends,
  verdicts: Verdicts,
  excerpt: () => readonly string[],
): Observer {
  const checker = createSequenceChecker({ role: peer, resumed });
  const we: Subject = under === 'relay' ? peer : 'relay';

  const fail = (requirement: string, expected: string, came: string): void =>
    verdicts.add(requirement, {
      verdict: 'fail',
      scenario: 'All traffic of this run',
      expected,
      came,
      trace: excerpt(),
    });

  function inOrder(from: Subject, frame: Loose, illegal?: true): void {
    // Without times: when a frame is read says little about when it was sent while the runner is busy.
    const entry: TraceEntry = { from, frame: frame as unknown as Frame, ...(illegal && { illegal }) };
    for (const { requirement, by, message } of checker.take(entry)) {
      if (by === under) fail(requirement, 'frames in a legal order', message);
    }
  }

  return {
    came(data, isBinary) {
      if (isBinary) return void fail('R-FRAME-1', 'text messages', 'a binary message');
      const text = String(data);
      const { frame: value, fault } = readMessage(peer, under, text);
      if (value === undefined || fault?.requirement === 'R-FRAME-1') {
        return void fail('R-FRAME-1', 'a JSON object with a string `type`', text.slice(0, 200));
      }
      if (fault !== undefined) {
        fail(fault.requirement, 'a frame that is valid in its direction', fault.message);
        if (value.kind === 'delta' && value.seq !== undefined) fail('R-STREAM-6', 'no `seq`', text);
      } else inOrder(under, value);
      for (const requirement of shownBy(value, under)) verdicts.seen(requirement);
      return value;
    },
    sent(text) {
      const { frame, fault } = readMessage(peer, we, text);
      if (frame !== undefined) inOrder(we, frame, fault && true);
    },
    closed(from, code) {
      checker.take({ from, close: { code } });
      if (from === under) verdicts.seen('R-CLOSE-7');
    },
  };
}
