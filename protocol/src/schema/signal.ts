import { Type } from '@sinclair/typebox';
import { AgentPresence, Conversation, Frame, Id, openLiterals, Source } from './fields.ts';
import type { Message } from './message.ts';

export const SignalSchema = Frame(
  'signal',
  {
    kind: openLiterals(['typing', 'presence'], 'What the signal tells; an unknown kind is ignored.'),
    conversation: Conversation(),
    source: Type.Optional(Source('Who it is about, stamped by the relay.')),
    active: Type.Optional(Type.Boolean({ description: 'Of `typing`: whether it goes on.' })),
    agent: Type.Optional(AgentPresence()),
    turn: Type.Optional(Id('The turn it belongs to.')),
  },
  'A passing fact about a conversation: never stored, never repeated.',
);

export const signal: Message = {
  type: 'signal',
  planes: ['live'],
  requirements: ['R-SIGNAL-1', 'R-SIGNAL-2', 'R-REPLY-2', 'R-ATTACH-6', 'R-ATTACH-7'],
  capability: 'signal',
  schemas: {
    'client-to-relay': SignalSchema,
    'relay-to-client': SignalSchema,
    'agent-to-relay': SignalSchema,
    'relay-to-agent': SignalSchema,
  },
  examples: [
    {
      direction: 'agent-to-relay',
      frame: { type: 'signal', kind: 'typing', conversation: 'alice', active: true },
    },
    {
      direction: 'relay-to-client',
      frame: {
        type: 'signal',
        kind: 'presence',
        conversation: 'alice',
        agent: { source: 'default', online: true, stream: 'token' },
      },
    },
  ],
};
