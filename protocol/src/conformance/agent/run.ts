import type { Setting } from '../connection.ts';
import { Absent, unlessFailed } from '../peer/absent.ts';
import { startHost } from '../peer/host.ts';
import type { Launch } from '../peer/launch.ts';
import { createLog } from '../peer/log.ts';
import { createRun, type RunOptions } from '../run.ts';
import type { Scenario } from '../scenario.ts';
import { Unmet } from '../unmet.ts';
import type { Result, Verdicts } from '../verdicts.ts';
import { agentScenarios } from './scenarios.ts';
import { type AgentPrompts, type AgentStage, type AgentSubject, createAgentStage } from './stage.ts';

/** An agent under test, and how to reach it. */
export interface AgentTarget {
  /** Starts it; absent waits for one that connects by itself. */
  readonly launch?: Launch | undefined;
  /** Port to listen on; 0 lets the system choose. */
  readonly port: number;
  /** How long it may take to connect at first, in milliseconds. */
  readonly startMs: number;
  /** How long a turn may take, in milliseconds. */
  readonly turnMs: number;
  /** How long it may take to come back, in milliseconds. */
  readonly returnMs: number;
  readonly prompts: AgentPrompts;
  /** Told where the agent is to connect. */
  readonly onListening?: (url: string) => void;
}

/**
 * Tests an agent: plays its relay.
 *
 * @throws {Absent} If it does not connect.
 * @throws {RangeError} If a requirement is asked for that does not bind agents in this profile.
 */
export async function testAgent(target: AgentTarget, options: RunOptions): Promise<Result[]> {
  const run = createRun<AgentStage>('agent', agentScenarios, options);
  const host = await startHost(target.port);
  const { launch } = target;
  const subject: AgentSubject = {
    host,
    log: createLog(`epoch-${run.tag()}`),
    prompts: target.prompts,
    startMs: target.startMs,
    turnMs: target.turnMs,
    returnMs: target.returnMs,
    ...(launch !== undefined && { launch: () => launch(host.url) }),
    launched: undefined,
    line: undefined,
    acks: true,
  };
  const stageFor = (setting: Setting = run.setting) => createAgentStage(subject, setting, run.tag());
  try {
    target.onListening?.(host.url);
    subject.launched = await subject.launch?.();
    await arrive(stageFor(), target.startMs);
    const perform = (scenario: Scenario<AgentStage>) => run.perform(scenario, async () => stageFor());
    for (const scenario of run.scenarios) if (!scenario.alone) await perform(scenario);
    await leave(subject, options.timeoutMs);
    const last = run.scenarios.filter(({ alone }) => alone);
    if (last.length > 0 && subject.launch !== undefined) {
      subject.launched = await subject.launch();
      await arrive(stageFor(), target.startMs);
    }
    for (const scenario of last) await perform(scenario);
    notStreaming(run.verdicts.isSeen('R-STREAM-3'), run.verdicts);
    return run.results();
  } catch (error) {
    if (error instanceof Unmet) return run.fail(error);
    throw error;
  } finally {
    await subject.launched?.kill();
    await host.close();
  }
}

async function arrive(stage: AgentStage, withinMs: number): Promise<void> {
  try {
    await unlessFailed(stage.meet({ withinMs, of: 'absent' }), stage.subject.launched);
  } catch (error) {
    if (error instanceof Unmet && error.requirement === 'absent') throw new Absent(error.message);
    throw error;
  }
}

/** Lets the agent say goodbye. */
async function leave({ launched, line }: AgentSubject, withinMs: number): Promise<void> {
  if (launched === undefined || line === undefined) return;
  const closed = line.closed(undefined, { withinMs }).catch(() => {});
  await launched.stop();
  await closed;
}

function notStreaming(streams: boolean, verdicts: Verdicts): void {
  if (streams) return;
  for (const requirement of ['R-STREAM-2', 'R-STREAM-3', 'R-STREAM-6']) {
    const evidence = { verdict: 'not applicable', scenario: '', reason: 'the agent sent no deltas' } as const;
    verdicts.add(requirement, evidence);
  }
}
