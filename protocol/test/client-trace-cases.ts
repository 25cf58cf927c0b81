import {
  ack,
  at,
  attached,
  type Case,
  c,
  delta,
  event,
  hello,
  open,
  r,
  reply,
  stored,
  turn,
  welcome,
} from './trace-steps.ts';

export const clientCases: readonly Case[] = [
  { breaks: 'R-HELLO-1', because: 'an event comes first', steps: [c(event('ev1'))] },
  { breaks: 'R-HELLO-1', because: 'a second hello comes', steps: [...open, c(hello())] },
  { breaks: 'R-HELLO-2', because: 'a ping comes before welcome', steps: [c(hello()), r({ type: 'ping' })] },
  { breaks: 'R-HELLO-2', because: 'welcome comes without hello', steps: [r(welcome())] },
  { breaks: 'R-HELLO-2', because: 'welcome comes twice', steps: [...open, r(welcome())] },
  {
    breaks: 'R-HELLO-2',
    because: 'the version was not offered',
    steps: [c(hello({ versions: [2, 3] })), r(welcome())],
  },
  {
    breaks: undefined,
    because: 'an error may come before welcome',
    steps: [
      c(hello()),
      r({ type: 'error', code: 'unauthenticated', message: '', retryable: false }),
      r(4401),
    ],
  },
  { breaks: 'R-FRAME-10', because: 'the relay says hello', steps: [...open, r(hello())] },
  { breaks: 'R-FRAME-10', because: 'the client acknowledges', steps: [...open, c(ack('ev1', 1))] },
  { breaks: undefined, because: 'a type is unknown', steps: [...open, r({ type: '__proto__' })] },
  {
    breaks: 'R-FRAME-10',
    because: 'the client types to a relay without signals',
    steps: [
      c(hello()),
      r(welcome({ capabilities: [] })),
      r(attached()),
      c({ type: 'signal', kind: 'typing', conversation: 'alice' }),
    ],
  },
  {
    breaks: 'R-CLOSE-7',
    because: 'a frame follows bye',
    steps: [...open, r({ type: 'bye', reason: 'drain' }), r({ type: 'ping' })],
  },
  {
    breaks: 'R-CLOSE-7',
    because: 'a frame follows the close',
    steps: [...open, c(1000), c({ type: 'ping' })],
  },
  {
    breaks: undefined,
    because: 'the client may still speak after the relay said bye',
    steps: [...open, r({ type: 'bye', reason: 'drain' }), c(event('ev1')), r(4503)],
  },
  {
    breaks: 'R-HEART-2',
    because: 'pong has another id',
    steps: [...open, r({ type: 'ping', id: 'p1' }), c({ type: 'pong', id: 'p2' })],
  },
  { breaks: 'R-HEART-2', because: 'pong comes by itself', steps: [...open, r({ type: 'pong' })] },
  {
    breaks: 'R-HEART-2',
    because: 'one ping is answered twice',
    steps: [
      ...open,
      r({ type: 'ping', id: 'p1' }),
      c({ type: 'pong', id: 'p1' }),
      c({ type: 'pong', id: 'p1' }),
    ],
  },
  {
    breaks: 'R-FRAME-5',
    because: 'an error refers to a frame that nobody sent',
    steps: [...open, r({ type: 'error', code: 'invalid', message: '', retryable: false, ref: 'ev9' })],
  },
  {
    breaks: 'R-EVENT-8',
    because: 'a rate limit does not say when to go on',
    steps: [
      ...open,
      c(event('ev1')),
      r({ type: 'error', code: 'rate_limited', message: '', retryable: true, ref: 'ev1' }),
    ],
  },
  { breaks: 'R-AUTH-1', because: 'auth comes unasked', steps: [...open, r({ type: 'auth' })] },
  { breaks: 'R-ACK-1', because: 'an ack is of no submission', steps: [...open, r(ack('ev1', 1))] },
  {
    breaks: 'R-ACK-1',
    because: 'an ack comes twice',
    steps: [...open, c(event('ev1')), r(ack('ev1', 1)), r(ack('ev1', 1, { status: 'duplicate' }))],
  },
  {
    breaks: 'R-ACK-2',
    because: 'a duplicate has another seq',
    steps: [
      ...open,
      c(event('ev1')),
      r(ack('ev1', 1)),
      c(event('ev1')),
      r(ack('ev1', 2, { status: 'duplicate' })),
    ],
  },
  {
    breaks: 'R-ACK-2',
    because: 'a repetition is accepted again',
    steps: [...open, c(event('ev1')), r(ack('ev1', 1)), c(event('ev1')), r(ack('ev1', 1))],
  },
  {
    breaks: 'R-ACK-2',
    because: 'an id is delivered at two positions',
    steps: [...open, r(stored('ev1', 1)), r(stored('ev1', 2))],
  },
  {
    breaks: undefined,
    because: 'an event and a turn may share an id',
    steps: [...open, r(stored('tu1', 1)), r(turn('ended', { ...at, seq: 2 }))],
  },
  {
    breaks: 'R-EVENT-6',
    because: 'an id is used for other content',
    steps: [...open, c(event('ev1')), c(event('ev1', { content: 'Ho' }))],
  },
  {
    breaks: undefined,
    because: 'the order of members is no content',
    steps: [
      ...open,
      c({ type: 'event', id: 'ev1', content: 'Hi', timestamp: 1 }),
      c({ type: 'event', timestamp: 1, content: 'Hi', id: 'ev1' }),
    ],
  },
  {
    breaks: 'R-EVENT-1',
    because: 'the echo has another source',
    steps: [...open, c(event('ev1')), r(stored('ev1', 1, { source: 'bob' }))],
  },
  {
    breaks: 'R-EVENT-3',
    because: 'a seq is missing in live traffic',
    steps: [...open, r(stored('ev1', 1)), r(stored('ev3', 3))],
  },
  {
    breaks: 'R-EVENT-3',
    because: 'the epoch changes silently',
    steps: [...open, r(stored('ev1', 1, { epoch: 'ep2' }))],
  },
  {
    breaks: 'R-EVENT-3',
    because: 'a frame has lost its number',
    steps: [...open, r(stored('ev1', 1)), r({ ...stored('ev2', 2), seq: undefined })],
  },
  {
    breaks: undefined,
    because: 'a core relay numbers nothing',
    steps: [...open, r({ ...stored('ev1', 1), seq: undefined })],
  },
  {
    breaks: 'R-EVENT-3',
    because: 'a running turn has a seq',
    steps: [...open, r(turn('started', { ...at, seq: 1 }))],
  },
  {
    breaks: 'R-ATTACH-3',
    because: 'a frame comes twice',
    steps: [...open, r(stored('ev1', 1)), r(stored('ev1', 1))],
  },
  {
    breaks: 'R-ATTACH-3',
    because: 'the replay has a hole',
    steps: [
      ...open,
      c({ type: 'attach', conversation: 'alice', epoch: 'ep1', seq: 1 }),
      r(attached(3)),
      r(stored('ev3', 3)),
    ],
  },
  {
    breaks: 'R-ATTACH-3',
    because: 'live traffic overtakes the replay',
    steps: [
      ...open,
      c({ type: 'attach', conversation: 'alice', epoch: 'ep1', seq: 1 }),
      r(attached(2)),
      r(turn('started')),
    ],
  },
  {
    breaks: 'R-ATTACH-3',
    because: 'live traffic overtakes a replay from the beginning',
    steps: [
      ...open,
      c({ type: 'attach', conversation: 'alice', epoch: 'ep0', seq: 1 }),
      r(attached(2, { recovered: 'reset' })),
      r(turn('started')),
      r(stored('ev1', 1)),
    ],
  },
  {
    breaks: undefined,
    because: 'a truncated replay starts where the log starts',
    steps: [
      ...open,
      c({ type: 'attach', conversation: 'alice', epoch: 'ep1', seq: 1 }),
      r(attached(9, { recovered: 'truncated' })),
      r(stored('ev8', 8)),
      r(stored('ev9', 9)),
      r(stored('ev10', 10)),
    ],
  },
  { breaks: 'R-ATTACH-2', because: 'attached comes unasked', steps: [...open, r(attached())] },
  {
    breaks: 'R-ATTACH-2',
    because: 'attached follows a refusal',
    steps: [
      ...open,
      c({ type: 'attach', conversation: 'bob' }),
      r({ type: 'error', code: 'forbidden', message: '', retryable: false, conversation: 'bob' }),
      r(attached(0, { conversation: 'bob' })),
    ],
  },
  {
    breaks: 'R-ATTACH-4',
    because: 'a cursor of another log is complete',
    steps: [...open, c({ type: 'attach', conversation: 'alice', epoch: 'ep0', seq: 1 }), r(attached(1))],
  },
  {
    breaks: 'R-ATTACH-4',
    because: 'a cursor beyond the end is complete',
    steps: [...open, c({ type: 'attach', conversation: 'alice', epoch: 'ep1', seq: 9 }), r(attached(1))],
  },
  {
    breaks: 'R-ATTACH-4',
    because: 'a good cursor is reset',
    steps: [
      ...open,
      c({ type: 'attach', conversation: 'alice', epoch: 'ep1', seq: 1 }),
      r(attached(1, { recovered: 'reset' })),
    ],
  },
  {
    breaks: 'R-ATTACH-6',
    because: 'a conversation was never attached',
    steps: [...open, r(stored('ev1', 1, { conversation: 'alice/work' }))],
  },
  {
    breaks: 'R-ATTACH-6',
    because: 'a frame comes after a later ping was answered',
    steps: [
      ...open,
      c({ type: 'detach', conversation: 'alice' }),
      c({ type: 'ping', id: 'p1' }),
      r({ type: 'pong', id: 'p1' }),
      r(stored('ev1', 1)),
    ],
  },
  {
    breaks: undefined,
    because: 'a frame was under way when the client detached',
    steps: [
      ...open,
      c({ type: 'ping', id: 'p1' }),
      c({ type: 'detach', conversation: 'alice' }),
      r({ type: 'pong', id: 'p1' }),
      r(stored('ev1', 1)),
    ],
  },
  {
    breaks: 'R-ATTACH-8',
    because: 'an ended turn is handed as running',
    steps: [...open, r(turn('ended', { ...at, seq: 1 })), r(turn('started'))],
  },
  {
    breaks: 'R-STREAM-1',
    because: 'the client cannot read deltas',
    steps: [c(hello({ capabilities: [] })), r(welcome()), r(attached()), r(delta(0))],
  },
  { breaks: 'R-STREAM-4', because: 'chunks are reordered', steps: [...open, r(delta(1)), r(delta(0))] },
  {
    breaks: 'R-STREAM-4',
    because: 'a chunk follows the final',
    steps: [...open, r(delta(0)), r(reply({ ...at, seq: 1 })), r(delta(1))],
  },
  { breaks: undefined, because: 'a chunk may be left out', steps: [...open, r(delta(0)), r(delta(2))] },
  { breaks: 'R-STREAM-6', because: 'a delta has a seq', steps: [...open, r(delta(0, { ...at, seq: 1 }))] },
  {
    breaks: 'R-SIGNAL-1',
    because: 'the client cannot read signals',
    steps: [
      c(hello({ capabilities: [] })),
      r(welcome()),
      r(attached()),
      r({ type: 'signal', kind: 'presence', conversation: 'alice' }),
    ],
  },
  {
    breaks: 'R-SIGNAL-1',
    because: 'nobody is typing',
    steps: [...open, r({ type: 'signal', kind: 'typing', conversation: 'alice' })],
  },
  {
    breaks: 'R-MAILBOX-6',
    because: 'the client cannot read receipts',
    steps: [
      c(hello({ capabilities: [] })),
      r(welcome()),
      r(attached()),
      r({ type: 'receipt', conversation: 'alice', status: 'delivered' }),
    ],
  },
  {
    breaks: 'R-HISTORY-1',
    because: 'history comes unasked',
    steps: [...open, r({ type: 'history', conversation: 'alice', ...at, frames: [], more: false })],
  },
  ...(
    [
      ['is too long', { limit: 1 }, [1, 2]],
      ['is not older', { before: 2 }, [1, 2]],
      ['is out of order', {}, [2, 1]],
    ] as const
  ).map(
    ([because, question, seqs]): Case => ({
      breaks: 'R-HISTORY-1',
      because: `a page ${because}`,
      steps: [
        ...open,
        c({ type: 'history', conversation: 'alice', ...question }),
        r({
          type: 'history',
          conversation: 'alice',
          ...at,
          frames: seqs.map((seq) => stored(`ev${seq}`, seq)),
          more: false,
        }),
      ],
    }),
  ),
];
