import { Conversation, Events, Frame } from './fields.ts';
import type { Message } from './message.ts';

export const ReceivedSchema = Frame(
  'received',
  {
    conversation: Conversation(),
    events: Events('The events that the agent has taken over: the relay need not deliver them again.'),
  },
  'The agent takes events over from its mailbox.',
);

export const received: Message = {
  type: 'received',
  planes: ['control'],
  requirements: ['R-MAILBOX-2', 'R-MAILBOX-3'],
  schemas: { 'agent-to-relay': ReceivedSchema },
  examples: [
    { direction: 'agent-to-relay', frame: { type: 'received', conversation: 'alice', events: ['ev1'] } },
  ],
};
