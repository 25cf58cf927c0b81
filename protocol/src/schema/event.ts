import { Type } from '@sinclair/typebox';
import {
  Attachments,
  Content,
  Conversation,
  Epoch,
  Ext,
  Forbidden,
  Frame,
  Id,
  Name,
  openLiterals,
  Seq,
  Source,
  Timestamp,
} from './fields.ts';
import type { Message } from './message.ts';

const members = {
  content: Content(),
  timestamp: Timestamp('When the participant wrote it: milliseconds since 1970-01-01 UTC.'),
  conversation: Type.Optional(Conversation()),
  kind: Type.Optional(
    openLiterals(
      ['message', 'edit', 'delete', 'reaction', 'action'],
      'What the event is; absent means `message`.',
    ),
  ),
  target: Type.Optional(Id('The event or reply that an edit, delete, reaction or action applies to.')),
  sender: Type.Optional(
    Type.Object(
      {
        name: Type.Optional(Name('Display name.')),
        locale: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9-]{2,35}$', description: 'BCP 47 tag.' })),
      },
      { description: 'What is known of the participant beside its id.', tsType: 'Sender' },
    ),
  ),
  attachments: Type.Optional(Attachments()),
  replyTo: Type.Optional(Id('The event or reply that this one answers.')),
  thread: Type.Optional(Id('The thread within the conversation.')),
  traceparent: Type.Optional(
    Type.String({
      pattern: '^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$',
      description: 'W3C trace context.',
    }),
  ),
  ext: Type.Optional(Ext()),
};

export const EventSchema = Frame(
  'event',
  {
    source: Source('The participant, as authenticated by the relay.'),
    ...members,
    id: Type.Optional(
      Id(
        'Identity and idempotency key, chosen by the sender, unique within its conversation. Absent only from relays of the `core` profile.',
      ),
    ),
    epoch: Type.Optional(Epoch()),
    seq: Type.Optional(Seq(1, "Position in the conversation's log: 1, 2, 3 … without holes.")),
  },
  'Something a participant said or did, as the relay delivers it.',
);

export const EventSubmissionSchema = Frame(
  'event',
  {
    ...members,
    id: Id('Identity and idempotency key, chosen by the sender: a repetition keeps it.'),
    source: Type.Optional(Source('Ignored: the relay stamps the authenticated identity.')),
    epoch: Type.Optional(Forbidden('Assigned by the relay.')),
    seq: Type.Optional(Forbidden('Assigned by the relay.')),
  },
  'Something a participant says or does, as a client submits it.',
);

export const event: Message = {
  type: 'event',
  planes: ['durable'],
  requirements: [
    'R-EVENT-1',
    'R-EVENT-2',
    'R-EVENT-3',
    'R-EVENT-4',
    'R-EVENT-5',
    'R-EVENT-6',
    'R-EVENT-7',
    'R-EVENT-8',
    'R-ACK-2',
    'R-ACK-3',
    'R-MAILBOX-1',
    'R-MAILBOX-2',
    'R-MAILBOX-4',
    'R-MAILBOX-5',
    'R-ATTACH-3',
    'R-ATTACH-6',
    'R-ATTACH-7',
    'R-REPLY-5',
  ],
  schemas: {
    'client-to-relay': EventSubmissionSchema,
    'relay-to-client': EventSchema,
    'relay-to-agent': EventSchema,
  },
  examples: [
    {
      direction: 'relay-to-agent',
      frame: { type: 'event', source: 'alice', content: 'Hello', timestamp: 1790000000000 },
    },
    {
      direction: 'client-to-relay',
      frame: { type: 'event', id: 'ev1', content: 'Hello', timestamp: 1790000000000 },
    },
    {
      direction: 'relay-to-client',
      frame: {
        type: 'event',
        id: 'ev1',
        source: 'alice',
        content: 'Hello',
        timestamp: 1790000000000,
        conversation: 'alice',
        kind: 'message',
        sender: { name: 'Alice', locale: 'en' },
        replyTo: 'rp0',
        thread: 'th1',
        epoch: 'ep1',
        seq: 1,
        attachments: [
          {
            id: 'f1',
            name: 'cat.png',
            mime: 'image/png',
            size: 1024,
            url: '/files/f1',
            width: 64,
            height: 64,
          },
        ],
        ext: { 'com.example.crm': { ticket: 7 } },
      },
    },
  ],
};
