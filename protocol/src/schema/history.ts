import { Type } from '@sinclair/typebox';
import { limits } from '../limits.ts';
import { Conversation, Epoch, Frame, Seq } from './fields.ts';
import type { Message } from './message.ts';

export const HistorySchema = Frame(
  'history',
  {
    conversation: Conversation(),
    epoch: Epoch(),
    frames: Type.Array(
      Type.Unsafe<{ type: string; seq: number }>({
        type: 'object',
        required: ['type', 'seq'],
        properties: {
          type: { type: 'string', enum: ['event', 'reply', 'turn'] },
          seq: { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER },
        },
        tsType: 'Event | Reply | Turn',
      }),
      {
        maxItems: limits.history,
        description:
          'Durable frames in the order of `seq`, each as it was delivered. Its reader checks each one by its own type.',
        tsType: '(Event | Reply | Turn)[]',
      },
    ),
    more: Type.Boolean({ description: 'Whether older frames are kept.' }),
  },
  'A page of the past of a conversation.',
);

export const HistorySubmissionSchema = Frame(
  'history',
  {
    conversation: Conversation(),
    before: Type.Optional(Seq(1, 'Frames older than this one; absent means from the end.')),
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: limits.history,
        description: `How many at most; absent means ${limits.history}. The relay may answer with fewer.`,
      }),
    ),
  },
  'Asks for a page of the past of a conversation.',
);

export const history: Message = {
  type: 'history',
  planes: ['control'],
  requirements: ['R-HISTORY-1', 'R-ATTACH-7'],
  schemas: { 'client-to-relay': HistorySubmissionSchema, 'relay-to-client': HistorySchema },
  examples: [
    { direction: 'client-to-relay', frame: { type: 'history', conversation: 'alice' } },
    {
      direction: 'client-to-relay',
      frame: { type: 'history', conversation: 'alice', before: 40, limit: 20 },
    },
    {
      direction: 'relay-to-client',
      frame: {
        type: 'history',
        conversation: 'alice',
        epoch: 'ep1',
        frames: [
          {
            type: 'event',
            id: 'ev1',
            source: 'alice',
            content: 'Hello',
            timestamp: 1790000000000,
            conversation: 'alice',
            epoch: 'ep1',
            seq: 1,
          },
        ],
        more: false,
      },
    },
  ],
};
