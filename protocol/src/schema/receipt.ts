import { Type } from '@sinclair/typebox';
import { Conversation, Events, Frame, openLiterals, Seq, Source } from './fields.ts';
import type { Message } from './message.ts';

const status = openLiterals(
  ['delivered', 'expired', 'read'],
  '`delivered`: the agent took the events over. `expired`: they waited too long for it and are given up. `read`: a participant has seen everything up to `seq`.',
);

export const ReceiptSchema = Frame(
  'receipt',
  {
    conversation: Conversation(),
    status,
    events: Type.Optional(Events('Of `delivered` and `expired`: the events.')),
    seq: Type.Optional(Seq(1, 'Of `read`: the last frame seen.')),
    source: Type.Optional(Source('Of `read`: the participant, stamped by the relay.')),
  },
  'What became of stored frames.',
);

export const receipt: Message = {
  type: 'receipt',
  planes: ['live'],
  requirements: ['R-MAILBOX-6', 'R-ATTACH-6', 'R-ATTACH-7'],
  capability: 'receipt',
  schemas: { 'client-to-relay': ReceiptSchema, 'relay-to-client': ReceiptSchema },
  examples: [
    {
      direction: 'relay-to-client',
      frame: { type: 'receipt', conversation: 'alice', status: 'delivered', events: ['ev1'] },
    },
    {
      direction: 'client-to-relay',
      frame: { type: 'receipt', conversation: 'alice', status: 'read', seq: 12 },
    },
  ],
};
