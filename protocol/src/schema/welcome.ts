import { Type } from '@sinclair/typebox';
import { limits } from '../limits.ts';
import {
  Capabilities,
  Conversation,
  Duration,
  Frame,
  Id,
  Name,
  Software,
  Source,
  Timestamp,
} from './fields.ts';
import type { Message } from './message.ts';

export const WelcomeSchema = Frame(
  'welcome',
  {
    version: Type.Integer({ minimum: 1, maximum: 65_535, description: 'The major version chosen.' }),
    session: Id('Identity of this connection, for logs.'),
    identity: Type.Object(
      {
        source: Source('Id of the participant or agent account.'),
        name: Type.Optional(Name('Display name.')),
      },
      { description: 'Who the relay takes the peer for.', tsType: 'Identity' },
    ),
    conversation: Type.Optional(Conversation()),
    heartbeat: Type.Object(
      {
        intervalMs: Duration('Longest silence of the relay in milliseconds.'),
        graceMs: Duration('How much longer to wait before taking the connection for dead.'),
      },
      { description: 'The relay pings; any frame proves that it lives.', tsType: 'Heartbeat' },
    ),
    limits: Type.Object(
      {
        frameBytes: Type.Integer({
          minimum: 1024,
          maximum: limits.frameBytes,
          description: 'UTF-8 bytes of one frame.',
        }),
        contentLength: Type.Integer({
          minimum: 1,
          maximum: limits.contentLength,
          description: 'Code points of `content`.',
        }),
      },
      { description: 'What the relay takes.', tsType: 'Limits' },
    ),
    capabilities: Type.Optional(Capabilities()),
    files: Type.Optional(
      Type.Object(
        {
          url: Type.String({
            minLength: 1,
            maxLength: limits.urlLength,
            description: 'Where files are uploaded: absolute, or relative to the relay.',
          }),
          maxBytes: Type.Integer({
            minimum: 1,
            maximum: Number.MAX_SAFE_INTEGER,
            description: 'Bytes of one file.',
          }),
        },
        { description: 'Where the relay keeps files; absent where it keeps none.', tsType: 'Files' },
      ),
    ),
    tokenExpiresAt: Type.Optional(Timestamp('When the token ends: milliseconds since 1970-01-01 UTC.')),
    software: Type.Optional(Software()),
  },
  'Answer to a `hello`: the session is open.',
);

export const welcome: Message = {
  type: 'welcome',
  planes: ['control'],
  requirements: ['R-HELLO-2', 'R-FILE-1', 'R-FILE-5'],
  schemas: { 'relay-to-client': WelcomeSchema, 'relay-to-agent': WelcomeSchema },
  examples: [
    {
      direction: 'relay-to-client',
      frame: {
        type: 'welcome',
        version: 1,
        session: 'se1',
        identity: { source: 'alice', name: 'Alice' },
        conversation: 'alice',
        heartbeat: { intervalMs: 15000, graceMs: 10000 },
        limits: { frameBytes: 1048576, contentLength: 262144 },
      },
    },
    {
      direction: 'relay-to-agent',
      frame: {
        type: 'welcome',
        version: 1,
        session: 'se2',
        identity: { source: 'default' },
        heartbeat: { intervalMs: 15000, graceMs: 10000 },
        limits: { frameBytes: 1048576, contentLength: 262144 },
        capabilities: ['stream'],
        files: { url: '/files', maxBytes: 26214400 },
      },
    },
  ],
};
