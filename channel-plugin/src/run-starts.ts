import type { RunEvent } from './host-port.ts';

/** Tells when the next run of a session begins. */
export interface RunStarts {
  /** Calls back once when the next run of a session begins. */
  next(session: string, onStart: () => void): void;
  observe(event: RunEvent): void;
}

/** Makes what waits for runs to begin. */
export function createRunStarts(): RunStarts {
  const waiting = new Map<string, (() => void)[]>();
  return {
    next: (session, onStart) => void waiting.set(session, [...(waiting.get(session) ?? []), onStart]),
    observe({ session, phase }) {
      if (phase !== 'started') return;
      for (const onStart of waiting.get(session) ?? []) onStart();
      waiting.delete(session);
    },
  };
}
