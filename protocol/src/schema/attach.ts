import { Frame } from './fields.ts';
import { cursorMembers } from './hello.ts';
import type { Message } from './message.ts';

export const AttachSchema = Frame(
  'attach',
  cursorMembers,
  'Asks for the frames of a conversation, from a cursor on.',
);

export const attach: Message = {
  type: 'attach',
  planes: ['control'],
  requirements: [
    'R-ATTACH-2',
    'R-ATTACH-3',
    'R-ATTACH-4',
    'R-ATTACH-5',
    'R-ATTACH-8',
    'R-REPLY-5',
    'R-STREAM-5',
  ],
  schemas: { 'client-to-relay': AttachSchema },
  examples: [
    { direction: 'client-to-relay', frame: { type: 'attach', conversation: 'alice/work' } },
    {
      direction: 'client-to-relay',
      frame: { type: 'attach', conversation: 'alice/work', epoch: 'ep1', seq: 7 },
    },
  ],
};
