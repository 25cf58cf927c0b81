import { Type } from '@sinclair/typebox';
import { limits } from '../limits.ts';
import { Duration, Frame, openLiterals } from './fields.ts';
import type { Message } from './message.ts';

export const ByeSchema = Frame(
  'bye',
  {
    reason: openLiterals(
      ['drain', 'done', 'replaced'],
      '`drain`: the relay is about to stop. `done`: the peer leaves for good. `replaced`: the same agent connected elsewhere.',
    ),
    message: Type.Optional(
      Type.String({ maxLength: limits.messageLength, description: 'The same for people.' }),
    ),
    reconnectAfterMs: Type.Optional(
      Duration('When to come back, in milliseconds; absent leaves it to the backoff.'),
    ),
  },
  'Announces that the sender is about to close the connection.',
);

export const bye: Message = {
  type: 'bye',
  planes: ['control'],
  requirements: ['R-HELLO-2', 'R-CLOSE-3', 'R-CLOSE-4', 'R-CLOSE-7'],
  schemas: {
    'relay-to-client': ByeSchema,
    'relay-to-agent': ByeSchema,
    'client-to-relay': ByeSchema,
    'agent-to-relay': ByeSchema,
  },
  examples: [
    { direction: 'client-to-relay', frame: { type: 'bye', reason: 'done' } },
    {
      direction: 'relay-to-client',
      frame: { type: 'bye', reason: 'drain', message: 'Restarting', reconnectAfterMs: 1500 },
    },
  ],
};
