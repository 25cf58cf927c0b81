import { Type } from '@sinclair/typebox';
import {
  Actions,
  Attachments,
  Content,
  Conversation,
  Epoch,
  Events,
  Ext,
  Forbidden,
  Frame,
  Id,
  openLiterals,
  Seq,
  Source,
  Timestamp,
} from './fields.ts';
import type { Message } from './message.ts';

const members = {
  kind: openLiterals(
    ['delta', 'tool', 'block', 'final', 'message', 'edit', 'delete', 'reaction', 'notice'],
    'What the reply is. `delta` is live, all others are durable. `final` does not end the turn: `turn` with status `ended` does.',
  ),
  content: Content(),
  timestamp: Type.Optional(Timestamp('When the agent produced it: milliseconds since 1970-01-01 UTC.')),
  turn: Type.Optional(Id('The turn it belongs to; absent from a reply outside any turn.')),
  events: Type.Optional(Events('The events it answers.')),
  index: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: Number.MAX_SAFE_INTEGER,
      description: 'Of a delta: number of its first chunk, from 0.',
    }),
  ),
  count: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: Number.MAX_SAFE_INTEGER,
      description: 'Of a delta: how many chunks are merged in it; absent means 1.',
    }),
  ),
  replace: Type.Optional(
    Type.Boolean({ description: 'Of a delta: the text starts anew with this content.' }),
  ),
  target: Type.Optional(Id('The event or reply that an edit, delete or reaction applies to.')),
  attachments: Type.Optional(Attachments()),
  actions: Type.Optional(Actions()),
  replyTo: Type.Optional(Id('The event or reply that this one answers, shown as a quotation.')),
  thread: Type.Optional(Id('The thread within the conversation.')),
  ext: Type.Optional(Ext()),
};

export const ReplySchema = Frame(
  'reply',
  {
    ...members,
    id: Type.Optional(
      Id(
        'Identity and idempotency key. A streamed reply keeps it from its first delta to the `block` or `final` that supersedes them.',
      ),
    ),
    conversation: Type.Optional(Conversation()),
    source: Type.Optional(Source('The agent account.')),
    epoch: Type.Optional(Epoch()),
    seq: Type.Optional(Seq(1, "Position in the conversation's log; a delta has none.")),
  },
  'Something the agent said, as the relay delivers it.',
);

export const ReplySubmissionSchema = Frame(
  'reply',
  {
    ...members,
    id: Id(
      'Identity and idempotency key. A streamed reply keeps it from its first delta to the `block` or `final` that supersedes them.',
    ),
    conversation: Conversation(),
    source: Type.Optional(Source('Ignored: the relay stamps the authenticated agent.')),
    epoch: Type.Optional(Forbidden('Assigned by the relay.')),
    seq: Type.Optional(Forbidden('Assigned by the relay.')),
  },
  'Something the agent says, as it submits it.',
);

export const reply: Message = {
  type: 'reply',
  planes: ['durable', 'live'],
  requirements: [
    'R-REPLY-1',
    'R-REPLY-2',
    'R-REPLY-3',
    'R-REPLY-4',
    'R-REPLY-5',
    'R-STREAM-1',
    'R-STREAM-2',
    'R-STREAM-3',
    'R-STREAM-4',
    'R-STREAM-5',
    'R-STREAM-6',
    'R-EVENT-3',
    'R-ACK-4',
    'R-ATTACH-3',
    'R-ATTACH-5',
    'R-ATTACH-6',
    'R-ATTACH-7',
  ],
  schemas: { 'agent-to-relay': ReplySubmissionSchema, 'relay-to-client': ReplySchema },
  examples: [
    { direction: 'relay-to-client', frame: { type: 'reply', kind: 'final', content: 'Hello, Alice' } },
    {
      direction: 'agent-to-relay',
      frame: {
        type: 'reply',
        id: 'rp1',
        conversation: 'alice',
        kind: 'delta',
        turn: 'tu1',
        index: 3,
        count: 2,
        content: 'lo, Ali',
      },
    },
    {
      direction: 'agent-to-relay',
      frame: {
        type: 'reply',
        id: 'rp1',
        conversation: 'alice',
        kind: 'delta',
        index: 0,
        replace: true,
        content: 'Hi',
      },
    },
    {
      direction: 'relay-to-client',
      frame: {
        type: 'reply',
        id: 'rp2',
        conversation: 'alice',
        source: 'default',
        kind: 'tool',
        turn: 'tu1',
        content: 'Read 3 files',
        epoch: 'ep1',
        seq: 2,
      },
    },
    {
      direction: 'relay-to-client',
      frame: {
        type: 'reply',
        id: 'rp1',
        conversation: 'alice',
        source: 'default',
        kind: 'final',
        turn: 'tu1',
        events: ['ev1'],
        content: 'Hello, Alice',
        timestamp: 1790000000400,
        epoch: 'ep1',
        seq: 3,
      },
    },
  ],
};
