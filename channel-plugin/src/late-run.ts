import type { RunEvent } from './host-port.ts';
import type { ReplySender } from './reply-sender.ts';
import type { Turn } from './turns.ts';

/** A run of OpenClaw's that is awaited outside of the one that was asked, and the turns that it answers. */
export interface LateRun {
  readonly session: string;
  readonly conversation: string;
  readonly thread: string | undefined;
  /** The oldest turn comes first; the others were steered into it. */
  readonly turns: readonly [Turn, ...Turn[]];
  readonly replies: ReplySender;
  /** Whether it is a run that a restart cut off, which ends its turns. */
  readonly resumed: boolean;
  readonly since: number;
  /** How far it has come. */
  progress: 'waiting' | 'running' | 'finishing';
  run?: string;
  answered: boolean;
  /** Whether the agent has what OpenClaw was about to send for it, or asks for that. */
  claim: 'none' | 'asked' | 'granted';
  /** How often in a row nothing was found to run. */
  idle: number;
}

/** Whether what is told of a run is about this one. */
export function isAbout(event: RunEvent, late: LateRun): boolean {
  if (late.session !== event.session) return false;
  const waits = late.progress === 'waiting';
  switch (event.phase) {
    case 'started':
      return waits && event.resumes === late.resumed;
    case 'finishing':
      // It may have started before it was awaited.
      return late.run === event.run || (waits && late.resumed && event.resumes);
    default:
      return late.run === event.run;
  }
}
