import { AgentPresence, Conversation, Epoch, Frame, literals, Seq } from './fields.ts';
import type { Message } from './message.ts';

export const AttachedSchema = Frame(
  'attached',
  {
    conversation: Conversation(),
    epoch: Epoch(),
    seq: Seq(0, 'Last durable frame of the log. Those after the cursor follow in order, then live traffic.'),
    recovered: literals(
      ['complete', 'truncated', 'reset'],
      '`complete`: nothing is missing. `truncated`: older frames are no longer kept, the replay starts later. `reset`: the cursor belongs to another epoch, the replay starts from the beginning.',
    ),
    agent: AgentPresence(),
  },
  'Answer to an attachment.',
);

export const attached: Message = {
  type: 'attached',
  planes: ['control'],
  requirements: ['R-ATTACH-1', 'R-ATTACH-2', 'R-ATTACH-3', 'R-ATTACH-4', 'R-COMMANDS-1'],
  schemas: { 'relay-to-client': AttachedSchema },
  examples: [
    {
      direction: 'relay-to-client',
      frame: {
        type: 'attached',
        conversation: 'alice',
        epoch: 'ep1',
        seq: 14,
        recovered: 'complete',
        agent: { source: 'default', online: true, stream: 'token' },
      },
    },
  ],
};
