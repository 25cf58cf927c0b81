import { Conversation, Epoch, Frame, Id, literals, Seq } from './fields.ts';
import type { Message } from './message.ts';

export const AckSchema = Frame(
  'ack',
  {
    id: Id('The event, reply or turn that is stored.'),
    conversation: Conversation(),
    epoch: Epoch(),
    seq: Seq(1, "Its position in the conversation's log."),
    status: literals(['accepted', 'duplicate'], '`duplicate`: it was stored before, at this position.'),
  },
  'Says that a durable frame is stored. Sent only after the append.',
);

export const ack: Message = {
  type: 'ack',
  planes: ['control'],
  requirements: ['R-ACK-1', 'R-ACK-2', 'R-ACK-4', 'R-EVENT-7', 'R-REPLY-4'],
  schemas: { 'relay-to-client': AckSchema, 'relay-to-agent': AckSchema },
  examples: [
    {
      direction: 'relay-to-client',
      frame: { type: 'ack', id: 'ev1', conversation: 'alice', epoch: 'ep1', seq: 1, status: 'accepted' },
    },
  ],
};
