import type { TraceEntry, TraceFrame } from '../src/sequence.ts';

export type Role = 'client' | 'agent';
type Loose = Record<string, unknown> & { type: string };
/** One change to a legal trace, and what it breaks. */
export type Mutation = readonly [
  change: string,
  requirement: string | readonly string[],
  role: Role,
  /** Which entries the change may be made at. */
  fits: (frame: Loose, item: TraceFrame, index: number, trace: readonly TraceEntry[]) => boolean,
  /** What takes the entry's place. */
  change: (frame: Loose, item: TraceFrame) => readonly unknown[],
];

const from =
  (side: TraceEntry['from'], type: string, more: (frame: Loose) => boolean = () => true) =>
  (frame: Loose, item: TraceFrame) =>
    item.from === side && item.illegal !== true && frame.type === type && more(frame);
const isLiveDurable = (
  frame: Loose,
  item: TraceFrame,
  index: number,
  trace: readonly TraceEntry[],
): boolean => {
  if (
    item.from !== 'relay' ||
    typeof frame.seq !== 'number' ||
    frame.type === 'ack' ||
    frame.type === 'attached'
  )
    return false;
  const before = trace
    .slice(0, index)
    .findLast((other) => 'frame' in other && other.frame.type === 'attached');
  return before !== undefined && (before as unknown as { frame: { seq: number } }).frame.seq < frame.seq;
};
const isDelta = ({ kind }: Loose): boolean => kind === 'delta';
const replaced = (members: Record<string, unknown>) => (frame: Loose, item: TraceFrame) => [
  { ...item, frame: { ...frame, ...members } },
];
const twice = (_: Loose, item: TraceFrame) => [item, item];
const followedBy = (side: string, added: Loose) => (_: Loose, item: TraceFrame) => [
  item,
  { from: side, frame: added },
];

export const mutations: readonly Mutation[] = [
  ['hello is lost', 'R-HELLO-1', 'client', from('client', 'hello'), () => []],
  ['hello is doubled', 'R-HELLO-1', 'client', from('client', 'hello'), twice],
  ['welcome is lost', 'R-HELLO-2', 'client', from('relay', 'welcome'), () => []],
  [
    'welcome names another version',
    'R-HELLO-2',
    'client',
    from('relay', 'welcome'),
    replaced({ version: 9 }),
  ],
  ['a durable frame is doubled', 'R-ATTACH-3', 'client', isLiveDurable, twice],
  [
    'a seq is skipped',
    'R-EVENT-3',
    'client',
    isLiveDurable,
    (frame, item) => replaced({ seq: Number(frame.seq) + 1 })(frame, item),
  ],
  ['an epoch changes', 'R-EVENT-3', 'client', isLiveDurable, replaced({ epoch: 'other' })],
  [
    'a seq is taken away',
    'R-EVENT-3',
    'client',
    (frame, item, index, trace) => isLiveDurable(frame, item, index, trace) && Number(frame.seq) > 1,
    replaced({ seq: undefined }),
  ],
  [
    'a frame goes to another conversation',
    'R-ATTACH-6',
    'client',
    isLiveDurable,
    replaced({ conversation: 'bob' }),
  ],
  ['an ack is doubled', 'R-ACK-1', 'client', from('relay', 'ack'), twice],
  ['an ack is of something else', 'R-ACK-1', 'client', from('relay', 'ack'), replaced({ id: 'unknown' })],
  [
    'a duplicate has another seq',
    'R-ACK-2',
    'client',
    from('relay', 'ack', ({ status }) => status === 'duplicate'),
    replaced({ seq: 4711 }),
  ],
  [
    'the echo is from somebody else',
    'R-EVENT-1',
    'client',
    (frame, item, index, trace) => frame.type === 'event' && isLiveDurable(frame, item, index, trace),
    replaced({ source: 'mallory' }),
  ],
  [
    'capabilities are not declared',
    ['R-STREAM-1', 'R-SIGNAL-1', 'R-MAILBOX-6'],
    'client',
    (frame, item, _, trace) =>
      from('client', 'hello')(frame, item) &&
      trace.some(
        (other) =>
          'frame' in other && other.from === 'relay' && ['signal', 'receipt'].includes(other.frame.type),
      ),
    replaced({ capabilities: [] }),
  ],
  ['a delta gets a seq', 'R-STREAM-6', 'client', from('relay', 'reply', isDelta), replaced({ seq: 1 })],
  [
    'a delta is repeated',
    'R-STREAM-4',
    'client',
    from('relay', 'reply', (frame) => isDelta(frame) && frame.replace !== true),
    twice,
  ],
  [
    'an ended turn runs',
    'R-ATTACH-8',
    'client',
    from('relay', 'turn', ({ status }) => status === 'ended'),
    (frame, item) => [
      item,
      {
        from: 'relay',
        frame: { type: 'turn', id: frame.id, conversation: 'alice', status: 'started', events: [] },
      },
    ],
  ],
  ['a pong has another id', 'R-HEART-2', 'client', from('client', 'pong'), replaced({ id: 'other' })],
  ['an error refers to nothing', 'R-FRAME-5', 'client', from('relay', 'error'), replaced({ ref: 'nothing' })],
  ['auth comes twice', 'R-AUTH-1', 'client', from('relay', 'auth'), twice],
  ['a page comes twice', 'R-HISTORY-1', 'client', from('relay', 'history'), twice],
  [
    'an id is used again',
    'R-EVENT-6',
    'client',
    from('client', 'event'),
    (frame, item) => [item, { from: 'client', frame: { ...frame, content: 'else' } }],
  ],
  [
    'the relay goes on after bye',
    'R-CLOSE-7',
    'client',
    from('relay', 'welcome'),
    followedBy('relay', { type: 'bye', reason: 'drain' }),
  ],
  [
    'the relay detaches',
    'R-FRAME-10',
    'client',
    from('relay', 'welcome'),
    followedBy('relay', { type: 'detach', conversation: 'alice' }),
  ],

  [
    'accepted is lost',
    'R-TURN-1',
    'agent',
    (frame, item, index, trace) =>
      from('agent', 'turn', ({ status }) => status === 'accepted')(frame, item) &&
      trace
        .slice(index + 1)
        .some(
          (other) =>
            'frame' in other &&
            other.from === 'agent' &&
            ((other.frame as Loose).turn ?? (other.frame as Loose).id) === frame.id &&
            !isDelta(other.frame as Loose),
        ),
    () => [],
  ],
  [
    'the outcome is missing',
    'R-TURN-2',
    'agent',
    (frame, item, index, trace) =>
      from('agent', 'turn', ({ status }) => status === 'ended')(frame, item) &&
      trace.findIndex(
        (other) =>
          'frame' in other &&
          (other.frame as Loose).id === frame.id &&
          (other.frame as Loose).status === 'ended',
      ) === index,
    replaced({ outcome: undefined }),
  ],
  [
    'a turn goes on after its end',
    'R-TURN-2',
    'agent',
    from('agent', 'turn', ({ status }) => status === 'ended'),
    (frame, item) => [item, { from: 'agent', frame: { ...frame, status: 'started', outcome: undefined } }],
  ],
  [
    'an event is named that never came',
    'R-TURN-3',
    'agent',
    from('agent', 'turn'),
    replaced({ events: ['never'] }),
  ],
  [
    'a delta is repeated',
    'R-STREAM-3',
    'agent',
    from('agent', 'reply', (frame) => isDelta(frame) && frame.replace !== true),
    twice,
  ],
  [
    'the final has another id',
    'R-STREAM-2',
    'agent',
    (frame, item, index, trace) =>
      from('agent', 'reply', ({ kind }) => kind === 'final')(frame, item) &&
      trace
        .slice(0, index)
        .findLast(
          (other) =>
            'frame' in other &&
            other.from === 'agent' &&
            (other.frame as Loose).turn === frame.turn &&
            (other.frame as Loose).kind !== 'tool',
        ) !== undefined &&
      isDelta(
        (
          trace
            .slice(0, index)
            .findLast(
              (other) =>
                'frame' in other &&
                other.from === 'agent' &&
                (other.frame as Loose).turn === frame.turn &&
                (other.frame as Loose).kind !== 'tool',
            ) as TraceFrame
        ).frame as unknown as Loose,
      ),
    replaced({ id: 'other' }),
  ],
  ['an ack is of something else', 'R-ACK-4', 'agent', from('relay', 'ack'), replaced({ id: 'unknown' })],
  [
    'received names something else',
    'R-MAILBOX-3',
    'agent',
    from('agent', 'received'),
    replaced({ events: ['never'] }),
  ],
  [
    'an event comes late',
    'R-MAILBOX-1',
    'agent',
    (frame, item, index, trace) =>
      from('relay', 'event')(frame, item) &&
      trace.slice(0, index).some((other) => 'frame' in other && other.frame.type === 'event'),
    replaced({ seq: 1 }),
  ],
  [
    'an event comes again',
    'R-MAILBOX-2',
    'agent',
    from('agent', 'received'),
    (frame, item) => [
      item,
      {
        from: 'relay',
        frame: {
          type: 'event',
          id: (frame.events as string[])[0],
          source: 'alice',
          conversation: 'alice',
          content: 'Hi',
          timestamp: 1,
        },
      },
    ],
  ],
  [
    'the source of a cancel is missing',
    'R-CANCEL-1',
    'agent',
    from('relay', 'cancel'),
    replaced({ source: undefined }),
  ],
  [
    'an id is used for other content',
    'R-REPLY-4',
    'agent',
    from('agent', 'reply', (frame) => !isDelta(frame)),
    (frame, item) => [item, { from: 'agent', frame: { ...frame, content: 'else' } }],
  ],
  [
    'the stream capability is missing',
    'R-FRAME-10',
    'agent',
    (frame, item, _, trace) =>
      from('relay', 'welcome')(frame, item) &&
      trace.some((other) => 'frame' in other && isDelta(other.frame as Loose)),
    replaced({ capabilities: [] }),
  ],
];
