import { Absent, unlessFailed } from '../peer/absent.ts';
import { startHost } from '../peer/host.ts';
import type { Launch } from '../peer/launch.ts';
import { createRun, inParallel, type RunOptions } from '../run.ts';
import type { Result } from '../verdicts.ts';
import { clientScenarios } from './scenarios.ts';
import { type ClientStage, createClientStage } from './stage.ts';

/** A client under test. */
export interface ClientTarget {
  /** Starts it. */
  readonly launch: Launch;
  /** How long it may take to connect, at first or again, in milliseconds. */
  readonly returnMs: number;
}

const atATime = 4;

/**
 * Tests a client: plays its relay and its user. Each scenario starts a client of its own.
 *
 * @throws {Absent} If it does not connect.
 * @throws {RangeError} If a requirement is asked for that does not bind clients in this profile.
 */
export async function testClient({ launch, returnMs }: ClientTarget, options: RunOptions): Promise<Result[]> {
  const run = createRun<ClientStage>('client', clientScenarios, options);
  await appear(launch, returnMs);
  await inParallel(
    run.scenarios.map(
      (scenario) => () =>
        run.perform(scenario, async () => {
          const host = await startHost(0);
          return createClientStage(host, await launch(host.url), run.setting, returnMs, run.tag());
        }),
    ),
    atATime,
  );
  return run.results();
}

/** Sees once whether there is a client at all. @throws {Absent} */
async function appear(launch: Launch, withinMs: number): Promise<void> {
  const host = await startHost(0);
  const launched = await launch(host.url);
  try {
    if ((await unlessFailed(host.next(withinMs), launched)) !== undefined) return;
    throw new Absent(`expected a connection of the client; none came within ${withinMs} ms`);
  } finally {
    await launched.stop();
    await host.close();
  }
}
