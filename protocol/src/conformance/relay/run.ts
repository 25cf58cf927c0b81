import type { Files } from '../../generated/frames.ts';
import { requirements } from '../../requirements.ts';
import type { Connection } from '../connection.ts';
import { createRun, inParallel, type RunOptions } from '../run.ts';
import type { Scenario } from '../scenario.ts';
import { Unmet } from '../unmet.ts';
import type { Result } from '../verdicts.ts';
import { relayScenarios } from './scenarios.ts';
import { createRelayStage, type RelayStage, type RelayTarget } from './stage.ts';

const atATime = 12;

/** The relay let nobody in, so that nothing can be said of it. */
export class Unreachable extends Error {}

/**
 * Tests a relay: plays its clients and its agent.
 *
 * @throws {Unreachable} If it lets alice, bob or the agent not in.
 * @throws {RangeError} If a requirement is asked for that does not bind relays in this profile.
 */
export async function testRelay(target: RelayTarget, options: RunOptions): Promise<Result[]> {
  const run = createRun<RelayStage>('relay', relayScenarios, options);
  const isCore = (id: string) =>
    requirements.find((requirement) => requirement.id === id)?.profile === 'core';
  let shared: Promise<Connection> | undefined;

  const stageFor = (core: boolean, agent?: Connection, participants = names) =>
    createRelayStage({
      target,
      participants,
      files,
      setting: run.setting,
      chance: run.chance,
      tag: run.tag(),
      core,
      agent,
    });

  let names: Readonly<Record<string, string>> = {};
  let files: Files | undefined;
  try {
    ({ names, files } = await introduce((as) =>
      stageFor(true, undefined, {}).open(as, { until: 'welcome' }),
    ));
  } catch (error) {
    if (!(error instanceof Unmet)) throw error;
    return run.fail(error);
  }

  /** The agent of all scenarios that need one and do not take it away. */
  function agent(): Promise<Connection> {
    shared = present(shared);
    return shared;
  }

  async function present(before: Promise<Connection> | undefined): Promise<Connection> {
    const connection = await before?.catch(() => undefined);
    return connection?.isOpen ? connection : stageFor(true).open('agent');
  }

  const perform = (scenario: Scenario<RelayStage>) =>
    run.perform(scenario, async () =>
      stageFor(isCore(scenario.requirement), scenario.alone || scenario.aside ? undefined : await agent()),
    );

  const aside = Promise.all(run.scenarios.filter((scenario) => scenario.aside).map(perform));
  const together = run.scenarios.filter((scenario) => !scenario.aside && !scenario.alone);
  await inParallel(
    together.map((scenario) => () => perform(scenario)),
    atATime,
  );
  const leaving = await shared?.catch(() => undefined);
  leaving?.close();
  await leaving?.closed();
  const [last, ...others] = run.scenarios.filter((scenario) => scenario.alone).toReversed();
  for (const scenario of others.toReversed()) await perform(scenario);
  await aside;
  if (last !== undefined) await perform(last);
  return run.results();
}

/**
 * Lets everybody come in once.
 *
 * @returns Under which names the relay knows them, and what it says to alice about files.
 * @throws {Unmet} If the relay answers as no relay should.
 */
async function introduce(
  open: (as: string) => Promise<Connection>,
): Promise<{ names: Record<string, string>; files: Files | undefined }> {
  const names: Record<string, string> = {};
  let files: Files | undefined;
  for (const as of ['alice', 'bob', 'agent']) {
    const connection = await open(as).catch((error: unknown) => {
      if (!(error instanceof Unmet) || !isRefused(error)) throw error;
      throw new Unreachable([`${as} could not get in: ${error.message}`, ...error.trace].join('\n'));
    });
    names[as] = connection.welcome.identity.source;
    files ??= connection.welcome.files;
    connection.close();
    await connection.closed();
  }
  return { names, files };
}

/** Whether there is no relay at the URL, or one that wants other tokens. */
const isRefused = ({ requirement, came }: Unmet): boolean =>
  requirement === undefined || /closed with 440[13]/.test(came);
