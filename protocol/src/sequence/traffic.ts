import type { Subject } from '../requirements.ts';
import { createSequenceChecker, type SequenceOptions } from './checker.ts';
import { readMessage } from './reading.ts';
import type { Frame, TraceEntry, Violation } from './trace.ts';

/** Says of the text messages of one connection, one after the other, whether each is legal where it stands. */
export interface TrafficChecker {
  /** Takes a text message. @returns What it breaks, in most cases nothing. */
  text(from: Subject, text: string): readonly Violation[];
  /** Takes the end of the connection. */
  close(from: Subject, code: number): readonly Violation[];
}

/**
 * Makes a checker for the texts of one connection, from its first on: it holds each against the schema of its direction,
 * and their order against {@link createSequenceChecker}. The memory it takes is bounded.
 */
export function createTrafficChecker(options: SequenceOptions): TrafficChecker {
  const checker = createSequenceChecker(options);
  let messages = 0;
  const take = (entry: number, traced: TraceEntry): Violation[] =>
    checker.take(traced).map((violation) => ({ ...violation, entry }));
  return {
    text(from, text) {
      const entry = messages++;
      const { frame, fault } = readMessage(options.role, from, text);
      const broken = fault === undefined ? [] : [{ ...fault, by: from, entry }];
      if (frame === undefined) return broken;
      const illegal = fault !== undefined && { illegal: true as const };
      return [...broken, ...take(entry, { from, frame: frame as unknown as Frame, ...illegal })];
    },
    close: (from, code) => take(messages++, { from, close: { code } }),
  };
}
