import { Type } from '@sinclair/typebox';
import { limits } from '../limits.ts';
import { Conversation, Duration, Frame } from './fields.ts';
import type { Message } from './message.ts';

export const ErrorSchema = Frame(
  'error',
  {
    code: Type.Unsafe<string>({
      type: 'string',
      pattern: '^[a-z][a-z0-9_]{0,63}$',
      description: 'One of the documented codes; others may follow.',
      tsType: 'ErrorCode | (string & {})',
    }),
    message: Type.String({ maxLength: limits.messageLength, description: 'What went wrong, for people.' }),
    retryable: Type.Boolean({ description: 'Whether the same frame may succeed later.' }),
    retryAfterMs: Type.Optional(Duration('How long to wait first, in milliseconds.')),
    ref: Type.Optional(
      Type.String({
        maxLength: limits.idLength,
        description: 'The `id` of the frame in question, where it had one.',
      }),
    ),
    conversation: Type.Optional(Conversation()),
    details: Type.Optional(
      Type.Object(
        {
          path: Type.Optional(
            Type.String({ maxLength: 512, description: 'JSON pointer to the member at fault.' }),
          ),
          keyword: Type.Optional(
            Type.String({ maxLength: 64, description: 'The rule it breaks, in the words of JSON Schema.' }),
          ),
          limit: Type.Optional(
            Type.Unsafe<number | string>({
              type: ['number', 'string'],
              maxLength: 512,
              description: 'The bound of that rule.',
            }),
          ),
        },
        { description: 'Where and why, for programs.', tsType: 'ErrorDetails' },
      ),
    ),
  },
  'Says what was wrong with a frame. The connection goes on.',
);

export const error: Message = {
  type: 'error',
  planes: ['control'],
  requirements: [
    'R-FRAME-4',
    'R-FRAME-5',
    'R-FRAME-6',
    'R-FRAME-7',
    'R-FRAME-8',
    'R-HELLO-2',
    'R-HELLO-3',
    'R-HELLO-5',
    'R-HELLO-6',
    'R-HELLO-7',
    'R-HELLO-8',
    'R-ATTACH-2',
    'R-EVENT-5',
    'R-EVENT-7',
    'R-EVENT-8',
    'R-ACK-3',
    'R-MAILBOX-5',
    'R-REPLY-2',
    'R-CANCEL-3',
    'R-AUTH-2',
    'R-CLOSE-5',
  ],
  schemas: {
    'relay-to-client': ErrorSchema,
    'relay-to-agent': ErrorSchema,
    'client-to-relay': ErrorSchema,
    'agent-to-relay': ErrorSchema,
  },
  examples: [
    {
      direction: 'relay-to-client',
      frame: {
        type: 'error',
        code: 'rate_limited',
        message: 'More than 20 events in 10 s',
        retryable: true,
        retryAfterMs: 2500,
        ref: 'ev9',
      },
    },
    {
      direction: 'relay-to-client',
      frame: {
        type: 'error',
        code: 'invalid',
        message: '/timestamp must be integer',
        retryable: false,
        ref: 'ev9',
        details: { path: '/timestamp', keyword: 'type', limit: 'integer' },
      },
    },
  ],
};
