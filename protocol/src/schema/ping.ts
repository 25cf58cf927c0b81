import { Type } from '@sinclair/typebox';
import { Frame, Id } from './fields.ts';
import type { Message } from './message.ts';

export const PingSchema = Frame(
  'ping',
  { id: Type.Optional(Id('Returned in the pong.')) },
  'Asks for a sign of life.',
);

export const ping: Message = {
  type: 'ping',
  planes: ['control'],
  requirements: ['R-HEART-1', 'R-HEART-2', 'R-HEART-3'],
  schemas: {
    'relay-to-client': PingSchema,
    'relay-to-agent': PingSchema,
    'client-to-relay': PingSchema,
    'agent-to-relay': PingSchema,
  },
  examples: [
    { direction: 'relay-to-client', frame: { type: 'ping' } },
    { direction: 'client-to-relay', frame: { type: 'ping', id: 'p1' } },
  ],
};
