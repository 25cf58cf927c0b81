import type { PluginRuntime } from 'openclaw/plugin-sdk/runtime-store';
import { messageOf } from '../errors.ts';
import type { Host, RunEvent } from '../host-port.ts';
import type { Log } from '../log.ts';
import { claimAnswer, isAnswerQueued, type Session } from './pending-delivery.ts';

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
    isAnswerQueued: (sessionKey) => isAnswerQueued(session(sessionKey)),
    claimAnswer: (sessionKey) => claimAnswer(runtime.agent.session, sessionKey),
    async stop(sessionKey) {
      const sessionId = session(sessionKey)?.sessionId;
      if (sessionId === undefined) return;
      // Loaded when it is needed: it brings most of OpenClaw with it.
      const { abortAgentHarnessRun } = await import('openclaw/plugin-sdk/agent-harness-runtime');
      abortAgentHarnessRun(sessionId);
    },
  };
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
