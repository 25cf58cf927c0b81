import { Type } from '@sinclair/typebox';
import { AgentPresence, Content, Conversation, Frame, Id, openLiterals, Seq, Source } from './fields.ts';
import type { Message } from './message.ts';

export const SignalSchema = Frame(
  'signal',
  {
    kind: openLiterals(
      ['typing', 'presence', 'reasoning', 'preamble', 'tool'],
      'What the signal tells; an unknown kind is ignored.',
    ),
    conversation: Conversation(),
    source: Type.Optional(Source('Who it is about, stamped by the relay.')),
    active: Type.Optional(Type.Boolean({ description: 'Of `typing` and `tool`: whether it goes on.' })),
    agent: Type.Optional(AgentPresence()),
    turn: Type.Optional(Id('The turn it belongs to.')),
    id: Type.Optional(
      Id('Of `reasoning`, `preamble` and `tool`: which passage of thought or text, or which use of a tool.'),
    ),
    index: Type.Optional(
      Seq(
        0,
        'Of `reasoning` and `preamble`: number of the chunk within its passage. 0 starts the passage anew.',
      ),
    ),
    content: Type.Optional(Content()),
  },
  'A passing fact about a conversation: never stored, never repeated.',
);

export const signal: Message = {
  type: 'signal',
  planes: ['live'],
  requirements: [
    'R-SIGNAL-1',
    'R-SIGNAL-2',
    'R-PROGRESS-1',
    'R-COMMANDS-1',
    'R-REPLY-2',
    'R-ATTACH-6',
    'R-ATTACH-7',
  ],
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
    {
      direction: 'agent-to-relay',
      frame: {
        type: 'signal',
        kind: 'reasoning',
        conversation: 'alice',
        turn: 'tu1',
        id: 'th1',
        index: 0,
        content: 'She asks for',
      },
    },
    {
      direction: 'relay-to-client',
      frame: {
        type: 'signal',
        kind: 'tool',
        conversation: 'alice',
        source: 'default',
        turn: 'tu1',
        id: 'ca1',
        content: 'Read notes.md',
        active: true,
      },
    },
  ],
};
