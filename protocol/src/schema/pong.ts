import { Type } from '@sinclair/typebox';
import { Frame, Id } from './fields.ts';
import type { Message } from './message.ts';

export const PongSchema = Frame(
  'pong',
  { id: Type.Optional(Id('Returned in the pong.')) },
  'Answer to a `ping`.',
);

export const pong: Message = {
  type: 'pong',
  planes: ['control'],
  requirements: ['R-HEART-2'],
  schemas: {
    'relay-to-client': PongSchema,
    'relay-to-agent': PongSchema,
    'client-to-relay': PongSchema,
    'agent-to-relay': PongSchema,
  },
  examples: [
    { direction: 'relay-to-client', frame: { type: 'pong' } },
    { direction: 'client-to-relay', frame: { type: 'pong', id: 'p1' } },
  ],
};
