import { Type } from '@sinclair/typebox';
import { limits } from '../limits.ts';
import {
  Conversation,
  Epoch,
  Events,
  Forbidden,
  Frame,
  Id,
  literals,
  openLiterals,
  Seq,
  Source,
  Timestamp,
} from './fields.ts';
import type { Message } from './message.ts';

const members = {
  id: Id('Identity of the turn.'),
  status: literals(
    ['accepted', 'started', 'ended'],
    '`accepted` and `started` are live, `ended` is durable and always comes.',
  ),
  events: Events('The events that the turn answers; a message steered into a running turn is added.'),
  outcome: Type.Optional(
    openLiterals(['completed', 'silent', 'aborted', 'failed'], 'How an ended turn went.'),
  ),
  error: Type.Optional(
    Type.Object(
      {
        code: Type.String({
          pattern: '^[a-z][a-z0-9_]{0,63}$',
          description: 'What went wrong, for programs.',
        }),
        message: Type.String({
          maxLength: limits.messageLength,
          description: 'What went wrong, for people.',
        }),
      },
      { description: 'Why a turn failed.', tsType: 'TurnError' },
    ),
  ),
  timestamp: Type.Optional(Timestamp('When the status was reached: milliseconds since 1970-01-01 UTC.')),
};

export const TurnSchema = Frame(
  'turn',
  {
    ...members,
    conversation: Type.Optional(Conversation()),
    source: Type.Optional(Source('The agent account.')),
    epoch: Type.Optional(Epoch()),
    seq: Type.Optional(Seq(1, "Position of an ended turn in the conversation's log.")),
  },
  'One run of the agent, as the relay delivers it.',
);

export const TurnSubmissionSchema = Frame(
  'turn',
  {
    ...members,
    conversation: Conversation(),
    source: Type.Optional(Source('Ignored: the relay stamps the authenticated agent.')),
    epoch: Type.Optional(Forbidden('Assigned by the relay.')),
    seq: Type.Optional(Forbidden('Assigned by the relay.')),
  },
  'One run of the agent, as the agent reports it.',
);

export const turn: Message = {
  type: 'turn',
  planes: ['durable', 'live'],
  requirements: [
    'R-TURN-1',
    'R-TURN-2',
    'R-TURN-3',
    'R-TURN-4',
    'R-CANCEL-2',
    'R-REPLY-2',
    'R-REPLY-4',
    'R-REPLY-5',
    'R-EVENT-3',
    'R-ACK-4',
    'R-ATTACH-3',
    'R-ATTACH-6',
    'R-ATTACH-7',
    'R-ATTACH-8',
    'R-MAILBOX-6',
  ],
  schemas: { 'agent-to-relay': TurnSubmissionSchema, 'relay-to-client': TurnSchema },
  examples: [
    {
      direction: 'agent-to-relay',
      frame: { type: 'turn', id: 'tu1', conversation: 'alice', status: 'accepted', events: ['ev1'] },
    },
    {
      direction: 'relay-to-client',
      frame: {
        type: 'turn',
        id: 'tu1',
        conversation: 'alice',
        source: 'default',
        status: 'started',
        events: ['ev1'],
      },
    },
    {
      direction: 'relay-to-client',
      frame: {
        type: 'turn',
        id: 'tu1',
        conversation: 'alice',
        source: 'default',
        status: 'ended',
        events: ['ev1', 'ev2'],
        outcome: 'completed',
        epoch: 'ep1',
        seq: 4,
      },
    },
    {
      direction: 'agent-to-relay',
      frame: {
        type: 'turn',
        id: 'tu2',
        conversation: 'alice',
        status: 'ended',
        events: ['ev3'],
        outcome: 'failed',
        error: { code: 'agent_failed', message: 'The model did not answer' },
      },
    },
  ],
};
