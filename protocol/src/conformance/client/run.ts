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
 * @throws {RangeError} If a requirement is asked for that does not bind clients in this profile.
 */
export async function testClient({ launch, returnMs }: ClientTarget, options: RunOptions): Promise<Result[]> {
  const run = createRun<ClientStage>('client', clientScenarios, options);
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
