import type { PluginRuntime } from 'openclaw/plugin-sdk/runtime-store';
import { messageOf } from '../errors.ts';
import type { Host, RunEvent } from '../host-port.ts';
import type { Log } from '../log.ts';

type Session = ReturnType<PluginRuntime['agent']['session']['getSessionEntry']>;
type AgentEvent = Parameters<Parameters<PluginRuntime['events']['onAgentEvent']>[0]>[0];

/** The runs of all sessions, as OpenClaw tells of them. */
export function createRunWatch(
  runtime: PluginRuntime,
  log: Log,
): Pick<Host, 'watch' | 'isBusy' | 'isAnswerQueued' | 'claimAnswer' | 'stop'> {
  const session = (sessionKey: string): Session =>
    runtime.agent.session.getSessionEntry({ sessionKey, readConsistency: 'latest' });

  /** After a restart OpenClaw goes on with a run under another id, which the session names. */
  const resumes = (sessionKey: string, run: string): boolean =>
    session(sessionKey)?.restartRecoveryDeliveryRunId === run;

  return {
    watch: (onRun) =>
      runtime.events.onAgentEvent((event) => {
        try {
          const told = runEventOf(event, resumes);
          if (told !== undefined) onRun(told);
        } catch (error) {
          log.error(`A run cannot be followed: ${messageOf(error)}`);
        }
      }),
    isBusy: (sessionKey) => session(sessionKey)?.status === 'running',
    isAnswerQueued(sessionKey) {
      const { pendingFinalDelivery, status, abortedLastRun } = session(sessionKey) ?? {};
      return pendingFinalDelivery !== undefined && (status !== 'running' || abortedLastRun === true);
    },
    async claimAnswer(sessionKey) {
      let text: string | undefined;
      await runtime.agent.session.patchSessionEntry({
        sessionKey,
        readConsistency: 'latest',
        preserveActivity: true,
        update(entry) {
          const pending = unsent(entry);
          if (pending === undefined) return null;
          text = pending.text;
          // OpenClaw sends nothing of which it reads this.
          const deliveries = pending.deliveries.map(({ id }) => ({ id, state: 'delivered' as const }));
          return { pendingFinalDelivery: { ...pending, deliveries } };
        },
      });
      return text;
    },
    async stop(sessionKey) {
      const sessionId = session(sessionKey)?.sessionId;
      if (sessionId === undefined) return;
      // Loaded when it is needed: it brings most of OpenClaw with it.
      const { abortAgentHarnessRun } = await import('openclaw/plugin-sdk/agent-harness-runtime');
      abortAgentHarnessRun(sessionId);
    },
  };
}

/** What a run that a restart cut off was about to say, all of it text. */
function unsent({ abortedLastRun, pendingFinalDelivery: pending }: NonNullable<Session>) {
  const { deliveries = [] } = pending ?? {};
  const isUnsent = deliveries.length > 0 && deliveries.every(({ state }) => state === 'prepared');
  if (abortedLastRun !== true || pending?.kind !== 'replayable' || !isUnsent) return undefined;
  return /^\s*MEDIA:/im.test(pending.text) ? undefined : { ...pending, deliveries };
}

function runEventOf(
  { stream, sessionKey, runId, data }: AgentEvent,
  resumes: (session: string, run: string) => boolean,
): RunEvent | undefined {
  if (stream !== 'lifecycle' || sessionKey === undefined) return undefined;
  const about = { session: sessionKey, run: runId };
  switch (data.phase) {
    case 'start':
      return { ...about, phase: 'started', resumes: resumes(sessionKey, runId) };
    case 'finishing':
      return { ...about, phase: 'finishing', resumes: resumes(sessionKey, runId) };
    case 'end':
      return { ...about, phase: 'ended', text: visibleText(data.terminalReply) };
    case 'error':
      return { ...about, phase: 'failed' };
    default:
      return undefined;
  }
}

function visibleText(reply: unknown): string | undefined {
  const { disposition, text } = (reply ?? {}) as { readonly disposition?: unknown; readonly text?: unknown };
  return disposition === 'visible' && typeof text === 'string' && text !== '' ? text : undefined;
}
