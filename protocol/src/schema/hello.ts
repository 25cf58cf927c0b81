import { Type } from '@sinclair/typebox';
import { limits } from '../limits.ts';
import {
  Capabilities,
  Commands,
  Conversation,
  Epoch,
  Frame,
  literals,
  Name,
  Seq,
  Software,
  Source,
} from './fields.ts';
import type { Message } from './message.ts';

export const cursorMembers = {
  conversation: Conversation(),
  epoch: Type.Optional(Epoch()),
  seq: Type.Optional(
    Seq(
      0,
      'Last durable frame that the client has. 0 asks for all that is kept; absent asks for nothing of the past.',
    ),
  ),
};

export const HelloSchema = Frame(
  'hello',
  {
    role: literals(['client', 'agent'], 'Which side of the relay the peer is on.'),
    versions: Type.Array(Type.Integer({ minimum: 1, maximum: 65_535 }), {
      minItems: 1,
      maxItems: 8,
      description: 'Major versions of the protocol that the peer speaks.',
      tsType: 'number[]',
    }),
    token: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: limits.tokenLength,
        description: 'Proof of identity. Never in the URL.',
      }),
    ),
    source: Type.Optional(
      Source('The identity that a guest asks for; a relay with authentication ignores it.'),
    ),
    capabilities: Type.Optional(Capabilities()),
    software: Type.Optional(Software()),
    attach: Type.Optional(
      Type.Array(Type.Object(cursorMembers, { tsType: 'Cursor' }), {
        maxItems: limits.attachments,
        description:
          "Of a client: the conversations to attach, with cursors. Absent attaches the participant's own conversation.",
        tsType: 'Cursor[]',
      }),
    ),
    stream: Type.Optional(literals(['token', 'block', 'none'], 'Of an agent: how finely it streams.')),
    name: Type.Optional(Name('Of an agent: its display name.')),
    commands: Type.Optional(Commands()),
  },
  'First frame of every connection.',
);

export const hello: Message = {
  type: 'hello',
  planes: ['control'],
  requirements: [
    'R-HELLO-1',
    'R-HELLO-2',
    'R-HELLO-3',
    'R-HELLO-4',
    'R-HELLO-5',
    'R-HELLO-6',
    'R-HELLO-7',
    'R-HELLO-8',
    'R-ATTACH-1',
    'R-ATTACH-2',
    'R-COMMANDS-1',
  ],
  schemas: { 'client-to-relay': HelloSchema, 'agent-to-relay': HelloSchema },
  examples: [
    { direction: 'client-to-relay', frame: { type: 'hello', role: 'client', versions: [1] } },
    {
      direction: 'client-to-relay',
      frame: {
        type: 'hello',
        role: 'client',
        versions: [1],
        token: 'secret',
        capabilities: ['stream'],
        software: { name: 'sdk-client', version: '0.1.0' },
        attach: [{ conversation: 'alice', epoch: 'ep1', seq: 12 }],
      },
    },
    {
      direction: 'agent-to-relay',
      frame: { type: 'hello', role: 'agent', versions: [1], token: 'secret', stream: 'token', name: 'Claw' },
    },
    {
      direction: 'agent-to-relay',
      frame: {
        type: 'hello',
        role: 'agent',
        versions: [1],
        token: 'secret',
        commands: [
          { name: 'status', description: 'Show the status' },
          { name: 'model', description: 'Show or choose the model', args: '[name]' },
        ],
      },
    },
  ],
};
