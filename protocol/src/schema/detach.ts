import { Conversation, Frame } from './fields.ts';
import type { Message } from './message.ts';

export const DetachSchema = Frame(
  'detach',
  { conversation: Conversation() },
  'Ends an attachment: no more frames of the conversation are wanted on this connection.',
);

export const detach: Message = {
  type: 'detach',
  planes: ['control'],
  requirements: ['R-ATTACH-6'],
  schemas: { 'client-to-relay': DetachSchema },
  examples: [{ direction: 'client-to-relay', frame: { type: 'detach', conversation: 'alice/work' } }],
};
