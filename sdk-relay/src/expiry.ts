import { createHash } from 'node:crypto';
import { encode, type TurnSubmission } from '@websocket-channel/protocol';
import type { Conversation } from './conversation.ts';
import type { Core } from './core.ts';
import { type Expired, whenReady } from './store/store.ts';

/**
 * Gives up events that waited for their agent for too long. First a turn that has failed is put into the log, so that
 * also clients that are away learn of it, then the event goes from the mailbox: whatever happens in between, the next
 * sweep goes on from there. Each event has a turn of its own, which is known by it and so is stored once: several in one turn
 * would be other ones in the next sweep.
 */
export function giveUp({ agent: source, conversation: name, events }: Expired, core: Core): void {
  const agent = core.agents.of(source);
  core.conversations.find(name, 0, (found) => {
    if (found === 'failed') return;
    // A log that is forgotten has nobody left to tell.
    if (found === 'unknown') return forget();
    for (const event of events) end(found, event);
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

  function end(conversation: Conversation, event: string): void {
    const turn = failedTurn(name, event);
    const body = encode({ ...turn, source }).slice(0, -1);
    conversation.append('turn', turn.id, body, ({ status }) => {
      if (status === 'accepted' || status === 'duplicate' || status === 'conflict') {
        agent.settle(conversation, [event], 'expired', (count) => {
          core.stats.expired += count;
        });
      }
    });
  }
}

const failedTurn = (conversation: string, event: string): TurnSubmission => ({
  type: 'turn',
  id: `expired-${createHash('sha256').update(event).digest('base64url')}`,
  conversation,
  status: 'ended',
  events: [event],
  outcome: 'failed',
  error: { code: 'expired', message: 'The agent was away for too long' },
  timestamp: Date.now(),
});
