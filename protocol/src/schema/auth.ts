import { Type } from '@sinclair/typebox';
import { limits } from '../limits.ts';
import { Frame, Timestamp } from './fields.ts';
import type { Message } from './message.ts';

export const AuthSchema = Frame(
  'auth',
  {
    tokenExpiresAt: Type.Optional(
      Timestamp('When the new token ends: milliseconds since 1970-01-01 UTC; absent if it does not.'),
    ),
  },
  'The new token is accepted; the connection goes on.',
);

export const AuthSubmissionSchema = Frame(
  'auth',
  {
    token: Type.String({
      minLength: 1,
      maxLength: limits.tokenLength,
      description: 'A fresh proof of the same identity.',
    }),
  },
  'Renews the authentication before the token expires, without dropping the connection.',
);

export const auth: Message = {
  type: 'auth',
  planes: ['control'],
  requirements: ['R-AUTH-1', 'R-AUTH-2', 'R-AUTH-3'],
  schemas: {
    'client-to-relay': AuthSubmissionSchema,
    'relay-to-client': AuthSchema,
    'agent-to-relay': AuthSubmissionSchema,
    'relay-to-agent': AuthSchema,
  },
  examples: [
    { direction: 'client-to-relay', frame: { type: 'auth', token: 'fresh' } },
    { direction: 'relay-to-client', frame: { type: 'auth', tokenExpiresAt: 1790000900000 } },
  ],
};
