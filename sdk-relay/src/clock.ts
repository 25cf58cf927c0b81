import { uptime } from 'node:os';

/** Less than this may be how coarsely the system tells its uptime, in milliseconds. */
const coarsenessMs = 2000;

let startedAt = performance.timeOrigin;
const upAtStart = uptime() * 1000 - performance.now();

/**
 * Milliseconds since 1970-01-01 UTC, counted from the start of the process on: whoever sets the clock of the machine
 * ages nothing that is kept and cuts nobody off.
 */
export const steadyNow = (): number => Math.floor(startedAt + performance.now());

/** Counts in the time for which the machine slept. Called now and then, since asking the system takes its time. */
export function noticeSleep(): void {
  const awakeMs = performance.now();
  const sleptMs = uptime() * 1000 - upAtStart - awakeMs;
  if (sleptMs > coarsenessMs) startedAt = performance.timeOrigin + sleptMs;
}
