import type { AgentToRelay, ReplySubmission, TurnSubmission } from '@websocket-channel/protocol';
import { type ConnectedAgent, connectAgent } from './connected-agent.ts';
import { sessionOf } from './fake-host.ts';
import { newRecordsFile, openRecords } from './new-records.ts';

const session = sessionOf('alice');
const question = { conversation: 'alice', content: 'Hello' };

/** An agent that can crash and come back with what it left on disk. */
export async function agentThatCrashes({ acknowledges = true } = {}) {
  const file = newRecordsFile();
  const first = await connectAgent({ records: openRecords(file), acknowledges });
  return {
    ...first,
    async comeBack(): Promise<ConnectedAgent> {
      first.crash();
      return await connectAgent({ records: openRecords(file), relay: first.relay, host: first.host });
    },
  };
}

export const isEnd = (frame: AgentToRelay): frame is TurnSubmission =>
  frame.type === 'turn' && frame.status === 'ended';
export const isReply = (frame: AgentToRelay): frame is ReplySubmission => frame.type === 'reply';

/** Asks, and lets the agent write the beginning of an answer. */
export async function askAndBegin({ deliver, host, connection }: ConnectedAgent, event = question) {
  deliver({ id: 'ev1', ...event });
  const run = await host.run();
  run.listener.onAdopted();
  run.listener.onStarted();
  run.listener.onPartial('Once upon');
  host.tell({ session, run: 'run1', phase: 'started', resumes: false });
  const { id, turn } = await connection.next<ReplySubmission>(isReply);
  return { ...run, draft: id, turn };
}
