import { Type } from '@sinclair/typebox';
import { Conversation, Frame, Id, Source } from './fields.ts';
import type { Message } from './message.ts';

export const CancelSchema = Frame(
  'cancel',
  {
    conversation: Conversation(),
    turn: Type.Optional(Id('The turn to stop; absent stops every running turn of the conversation.')),
    source: Type.Optional(Source('Who asks, stamped by the relay.')),
  },
  'Asks the agent to stop. The answer is `turn` with status `ended` and outcome `aborted`.',
);

export const cancel: Message = {
  type: 'cancel',
  planes: ['control'],
  requirements: ['R-CANCEL-1', 'R-CANCEL-2', 'R-CANCEL-3'],
  schemas: { 'client-to-relay': CancelSchema, 'relay-to-agent': CancelSchema },
  examples: [
    { direction: 'client-to-relay', frame: { type: 'cancel', conversation: 'alice' } },
    {
      direction: 'relay-to-agent',
      frame: { type: 'cancel', conversation: 'alice', turn: 'tu1', source: 'alice' },
    },
  ],
};
