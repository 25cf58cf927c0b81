import { createHash } from 'node:crypto';
import { encode, limits, type TurnSubmission } from '@websocket-channel/protocol';
import type { Conversation } from './conversation.ts';
import type { Core } from './core.ts';
import { type Expired, whenReady } from './store/store.ts';

/**
 * Gives up events that waited for their agent for too long. First a turn that has failed is put into the log, so that
 * also clients that are away learn of it, then the events go from the mailbox: whatever happens in between, the next
 * sweep goes on from there, and the turn, which is known by the events, is stored once.
 */
export function giveUp({ agent: source, conversation: name, events }: Expired, core: Core): void {
  const agent = core.agents.of(source);
  core.conversations.find(name, (found) => {
    if (found === 'failed') return;
    // A log that is forgotten has nobody left to tell.
    if (found === 'unknown') return forget();
    for (let at = 0; at < events.length; at += limits.events)
      end(found, events.slice(at, at + limits.events));
  });

  function forget(): void {
    const failed = (error: unknown): void =>
      core.logger.error({ err: error, agent: source }, 'the mailbox cannot be written');
    whenReady(
      () => core.store.received(source, name, events),
      ({ length }) => {
        core.stats.expired += length;
      },
      failed,
    );
  }

  function end(conversation: Conversation, some: readonly string[]): void {
    const turn = failedTurn(name, some);
    const body = encode({ ...turn, source }).slice(0, -1);
    conversation.append('turn', turn.id, body, ({ status }) => {
      if (status === 'accepted' || status === 'duplicate' || status === 'conflict') {
        agent.settle(conversation, some, 'expired', (count) => {
          core.stats.expired += count;
        });
      }
    });
  }
}

const failedTurn = (conversation: string, events: readonly string[]): TurnSubmission => ({
  type: 'turn',
  id: `expired-${createHash('sha256').update(events.join()).digest('base64url')}`,
  conversation,
  status: 'ended',
  events: [...events],
  outcome: 'failed',
  error: { code: 'expired', message: 'The agent was away for too long' },
  timestamp: Date.now(),
});
