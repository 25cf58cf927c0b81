import type { Launched } from './launch.ts';

/** The subject did not connect, so that nothing can be said of it. */
export class Absent extends Error {}

/** Waits for a subject that was launched, but not for one that has failed to start. @throws {Absent} */
export async function unlessFailed<T>(arrival: Promise<T>, launched: Launched | undefined): Promise<T> {
  const { failed } = launched ?? {};
  if (failed === undefined) return arrival;
  arrival.catch(() => {});
  return Promise.race([
    arrival,
    failed.then((how) => {
      throw new Absent(how);
    }),
  ]);
}
