import type { RelayToClient } from '@websocket-channel/protocol';
import { describe, expect, test } from 'vitest';
import type { ConversationState } from '../src/message.ts';
import { addOwn, applyFrame, emptyConversation, markOwn } from '../src/timeline.ts';
import { attached, delta, event, reply, turn } from './frames.ts';

const context = { source: 'alice', now: 5000, past: true };

const after = (...frames: readonly RelayToClient[]): ConversationState =>
  onward(emptyConversation, ...frames);
const onward = (state: ConversationState, ...frames: readonly RelayToClient[]): ConversationState =>
  frames.reduce((before, frame) => applyFrame(before, frame, context), state);
const contents = ({ messages }: ConversationState): string[] => messages.map(({ content }) => content);
const stream = [delta('rp1', 0, 'Hel'), delta('rp1', 1, 'lo')];

describe('a durable frame', () => {
  test('that comes next is taken', () => {
    const state = after(attached(), event('ev1', 1), reply('rp1', 2));
    expect(contents(state)).toEqual(['event ev1', 'reply rp1']);
    expect(state).toMatchObject({ epoch: 'ep1', seq: 2, attaching: false });
  });

  test('that is known is dropped', () => {
    const state = after(attached(), event('ev1', 1), reply('rp1', 2));
    expect(onward(state, event('ev1', 1), reply('rp1', 2, { content: 'other' }))).toBe(state);
  });

  test('after a gap is left out, and the conversation attached anew, once', () => {
    const before = after(attached(), event('ev1', 1));
    const asked = onward(before, reply('rp3', 3));
    expect(asked).toEqual({ ...before, attaching: true, gaps: [1] });
    expect(onward(asked, reply('rp4', 4), event('ev5', 5))).toBe(asked);
    const replayed = onward(asked, attached({ seq: 5 }), reply('rp2', 2), reply('rp3', 3));
    expect(replayed).toMatchObject({ seq: 3, attaching: false, gaps: [], recovered: 'complete' });
    expect(contents(replayed)).toEqual(['event ev1', 'reply rp2', 'reply rp3']);
  });

  test('after a gap that the relay itself has is taken, and the gap shown', () => {
    const state = after(attached(), event('ev1', 1), reply('rp3', 3), attached({ seq: 3 }), reply('rp3', 3));
    expect(state).toMatchObject({ seq: 3, recovered: 'truncated', attaching: false });
    expect(contents(state)).toEqual(['event ev1', 'reply rp3']);
  });

  test('of another log is left out, and the conversation attached anew, once', () => {
    const before = after(attached(), event('ev1', 1));
    const asked = onward(before, event('ev2', 2, { epoch: 'ep2' }));
    expect(asked).toMatchObject({ attaching: true, seq: 1 });
    const still = onward(asked, attached());
    expect(onward(still, event('ev2', 2, { epoch: 'ep2' }))).toBe(still);
  });

  test('of a relay that gives neither ids nor numbers is no repetition of another, however fast they come', () => {
    const { id: _, ...nameless } = reply('rp1');
    expect(contents(after(nameless, { ...nameless, content: 'other' }))).toEqual(['reply rp1', 'other']);
  });

  test('of a relay that does not number them is taken as it comes', () => {
    expect(contents(after(event('ev1'), reply('rp1'), reply('rp2')))).toEqual([
      'event ev1',
      'reply rp1',
      'reply rp2',
    ]);
  });
});

describe('an attachment', () => {
  test('whose past is not wanted starts at the end of the log', () => {
    const state = applyFrame(emptyConversation, attached({ seq: 7 }), { ...context, past: false });
    expect(applyFrame(state, reply('rp8', 8), { ...context, past: false })).toMatchObject({ seq: 8 });
  });

  test('that is truncated takes the next frame wherever it lies', () => {
    const state = after(attached({ seq: 9, recovered: 'truncated' }), reply('rp6', 6), reply('rp7', 7));
    expect(state).toMatchObject({ seq: 7, recovered: 'truncated', loose: false });
    expect(onward(state, reply('rp9', 9))).toMatchObject({ seq: 7, attaching: true });
  });

  test('does not bring back what an earlier one could not', () => {
    const state = after(attached({ seq: 9, recovered: 'truncated' }), reply('rp9', 9), attached({ seq: 9 }));
    expect(state).toMatchObject({ recovered: 'truncated', loose: false });
    expect(onward(state, attached({ epoch: 'ep2', recovered: 'reset' })).recovered).toBe('reset');
  });

  test('to another log keeps what was said in view, before all that is new', () => {
    const old = after(attached(), event('ev1', 1), turn('started'), ...stream);
    const state = onward(
      old,
      attached({ epoch: 'ep2', seq: 1, recovered: 'reset' }),
      event('ev9', 1, { epoch: 'ep2' }),
    );
    expect(state).toMatchObject({ epoch: 'ep2', seq: 1, turns: [], recovered: 'reset' });
    expect(state.messages).toMatchObject([
      { id: 'ev1', seq: 0 },
      { id: 'rp1', seq: 0, content: 'Hello', streaming: false },
      { id: 'ev9', seq: 1 },
    ]);
  });

  test('to another log goes on with a reply that its agent goes on with', () => {
    const old = after(attached(), ...stream);
    const reset = attached({ epoch: 'ep2', recovered: 'reset' });
    expect(onward(old, reset, delta('rp1', 2, '!')).messages).toMatchObject([
      { content: 'Hello!', streaming: true },
    ]);
    expect(onward(old, reset, reply('rp1', 1, { epoch: 'ep2' })).messages).toMatchObject([
      { content: 'reply rp1', streaming: false, seq: 1 },
    ]);
  });

  test('that is truncated leaves no turn and no reply behind of which the end was missed', () => {
    const old = after(attached(), event('ev1', 1), turn('started'), ...stream);
    const state = onward(old, attached({ seq: 9, recovered: 'truncated' }), event('ev9', 9));
    expect(state).toMatchObject({ turns: [], seq: 9 });
    expect(state.messages).toMatchObject([
      { id: 'ev1', seq: 1 },
      { id: 'rp1', content: 'Hello', streaming: false },
      { id: 'ev9' },
    ]);
    const running = onward(state, turn('started'), delta('rp1', 0, 'Hello!', { count: 3, replace: true }));
    expect(running.turns).toHaveLength(1);
    expect(running.messages[1]).toMatchObject({ content: 'Hello!', streaming: true });
  });

  test('that answers no cursor does not take the place of one to another log', () => {
    const kept = { ...emptyConversation, epoch: 'ep1', seq: 57 };
    const state = onward(kept, attached({ epoch: 'ep2', seq: 60 }));
    expect(state).toMatchObject({ epoch: 'ep1', seq: 57 });
    expect(onward(state, attached({ epoch: 'ep2', seq: 60, recovered: 'reset' }))).toMatchObject({
      epoch: 'ep2',
      seq: 0,
      recovered: 'reset',
    });
  });

  test('tells of the agent', () => {
    expect(after(attached()).agent).toEqual({ source: 'default', online: true, stream: 'token' });
  });
});

describe('a streaming reply', () => {
  test('grows by its chunks', () => {
    expect(after(attached(), ...stream).messages).toMatchObject([
      {
        id: 'rp1',
        role: 'agent',
        content: 'Hello',
        streaming: true,
        turn: 'tu1',
        own: false,
        timestamp: 5000,
      },
    ]);
  });

  test.each([
    ['a chunk that is known', delta('rp1', 1, 'lo')],
    ['merged chunks that are known', delta('rp1', 0, 'Hello', { count: 2 })],
    ['a chunk without an id', { ...delta('', 0, 'x'), id: undefined }],
  ])('ignores %s', (_, frame) => {
    const state = after(attached(), ...stream);
    expect(onward(state, frame as RelayToClient)).toBe(state);
  });

  test('takes merged chunks, and those without an index as they come', () => {
    const { index: _, ...next } = delta('rp1', 0, '!');
    const state = after(
      attached(),
      ...stream,
      delta('rp1', 2, ' Ali', { count: 3 }),
      delta('rp1', 5, 'ce'),
      next,
    );
    expect(contents(state)).toEqual(['Hello Alice!']);
  });

  test.each([
    ['is missing', delta('rp1', 3, '!')],
    ['is partly known', delta('rp1', 1, 'lo!', { count: 2 })],
  ])('of which a chunk %s is attached anew, once, and goes on from the snapshot', (_, frame) => {
    const before = after(attached(), ...stream);
    const asked = onward(before, frame);
    expect(asked).toEqual({ ...before, attaching: true, gaps: ['rp1 2'] });
    const again = onward(asked, attached());
    expect(onward(again, delta('rp1', 9, 'x'))).toBe(again);
    const whole = onward(again, delta('rp1', 0, 'Hello!', { count: 4, replace: true }), delta('rp1', 4, '?'));
    expect(contents(whole)).toEqual(['Hello!?']);
  });

  test('with a second gap is attached anew once more', () => {
    const snapshot = delta('rp1', 0, 'Hello!', { count: 4, replace: true });
    const repaired = after(attached(), ...stream, delta('rp1', 3, '!'), attached(), snapshot);
    const asked = onward(repaired, delta('rp1', 5, '?'));
    expect(asked).toMatchObject({ attaching: true });
    expect(
      contents(onward(asked, attached(), delta('rp1', 0, 'Hello!!?', { count: 6, replace: true }))),
    ).toEqual(['Hello!!?']);
  });

  test('whose beginning is unknown is attached anew', () => {
    expect(after(attached(), delta('rp1', 2, 'x'))).toMatchObject({
      messages: [],
      attaching: true,
      gaps: ['rp1 0'],
    });
  });

  test('starts anew where its agent says so, and counts on', () => {
    const state = after(
      attached(),
      ...stream,
      delta('rp1', 2, 'Hi', { replace: true }),
      delta('rp1', 3, '!'),
    );
    expect(contents(state)).toEqual(['Hi!']);
  });

  test('is superseded by the durable one of its id, whatever has gone before', () => {
    const state = after(attached(), delta('rp1', 4, 'x'), attached(), ...stream, reply('rp1', 1));
    expect(state.messages).toMatchObject([{ content: 'reply rp1', kind: 'final', streaming: false, seq: 1 }]);
    expect(onward(state, delta('rp1', 2, '!'))).toBe(state);
  });
});

describe('a turn', () => {
  test('runs from its first sign of life until it has ended, whatever replies come', () => {
    const accepted = after(attached(), event('ev1', 1), turn('accepted'));
    expect(accepted.turns).toEqual([{ id: 'tu1', status: 'accepted', events: ['ev1'] }]);
    const started = onward(
      accepted,
      turn('started', undefined, { events: ['ev1', 'ev2'] }),
      reply('rp1', 2),
      reply('rp2', 3),
    );
    expect(started.turns).toEqual([{ id: 'tu1', status: 'started', events: ['ev1', 'ev2'] }]);
    const ended = onward(started, turn('ended', 4));
    expect(ended).toMatchObject({
      turns: [],
      lastTurn: { id: 'tu1', events: ['ev1'], outcome: 'completed' },
    });
    expect(contents(ended)).toEqual(['event ev1', 'reply rp1', 'reply rp2']);
    expect(onward(ended, turn('started'))).toBe(ended);
  });

  test.each([
    ['completed', 'answered', 0],
    ['silent', 'answered', 0],
    ['something_new', 'answered', 0],
    ['aborted', 'answered', 1],
    ['failed', 'failed', 1],
  ])('that is %s leaves its events %s and %i unfinished replies', (outcome, state, drafts) => {
    const { messages } = after(attached(), event('ev1', 1), ...stream, turn('ended', 2, { outcome }));
    expect(messages[0]).toMatchObject({ id: 'ev1', state, outcome, turn: 'tu1' });
    expect(messages.slice(1)).toMatchObject(
      Array(drafts).fill({ content: 'Hello', streaming: false, outcome }),
    );
    expect(messages).toHaveLength(1 + drafts);
  });

  test('that failed tells why', () => {
    const error = { code: 'agent_failed', message: 'The model did not answer' };
    const state = after(attached(), event('ev1', 1), turn('ended', 2, { outcome: 'failed', error }));
    expect(state).toMatchObject({ messages: [{ state: 'failed', error }], lastTurn: { error } });
  });

  test('leaves the unfinished replies of others alone', () => {
    const state = after(attached(), ...stream, delta('rp2', 0, 'x', { turn: 'tu2' }), turn('ended', 1));
    expect(state.messages).toMatchObject([{ id: 'rp2', streaming: true }]);
  });
});

describe('an own event', () => {
  const queued = addOwn(after(attached()), { type: 'event', id: 'ev1', content: 'Hi', timestamp: 7 });

  test('is in view before it is sent', () => {
    expect(queued.messages).toMatchObject([
      { id: 'ev1', own: true, role: 'participant', kind: 'message', state: 'queued' },
    ]);
  });

  test.each([
    [
      'ack',
      { type: 'ack', id: 'ev1', conversation: 'alice', epoch: 'ep1', seq: 1, status: 'accepted' },
      'accepted',
    ],
    ['echo', event('ev1', 1), 'accepted'],
    ['turn', turn('accepted'), 'delivered'],
    ["turn's end", turn('ended', 1), 'answered'],
  ] as const)('is further on its way by its %s', (_, frame, state) => {
    const next = onward(queued, frame as unknown as RelayToClient);
    expect(next.messages).toMatchObject([
      { id: 'ev1', state, own: true, content: frame.type === 'event' ? 'event ev1' : 'Hi' },
    ]);
  });

  test('never goes back, except to be tried again', () => {
    const answered = onward(queued, event('ev1', 1), turn('ended', 2));
    expect(onward(answered, turn('accepted', undefined, { id: 'tu2' })).messages[0]!.state).toBe('answered');
    const error = { code: 'rate_limited', message: 'Slower', retrying: true };
    const again = markOwn(markOwn(queued, ['ev1'], 'sent'), ['ev1'], 'queued', error);
    expect(again.messages).toMatchObject([{ state: 'queued', error }]);
    const sent = markOwn(again, ['ev1'], 'sent');
    expect(sent.messages[0]).toMatchObject({ state: 'sent', error: undefined });
  });

  test('of another device is own too, that of another participant is not', () => {
    const state = after(attached(), event('ev1', 1), event('ev2', 2, { source: 'bob' }));
    expect(state.messages).toMatchObject([
      { own: true, state: 'accepted' },
      { own: false, source: 'bob' },
    ]);
    expect(state.messages[1]).not.toHaveProperty('state');
  });

  test('moves to its place once the log gives it one', () => {
    const state = onward(queued, event('ev7', 1), delta('rp1', 0, 'x'), reply('rp9', 2), event('ev1', 3));
    expect(state.messages.map(({ id, seq }) => [id, seq])).toEqual([
      ['ev7', 1],
      ['rp9', 2],
      ['ev1', 3],
      ['rp1', undefined],
    ]);
  });
});

describe('a frame that changes another message', () => {
  const said = after(attached(), event('ev1', 1), reply('rp1', 2), event('ev2', 3, { source: 'bob' }));

  test('edits it', () => {
    const state = onward(said, event('ev9', 4, { kind: 'edit', target: 'ev1', content: 'better' }));
    expect(state.messages).toMatchObject([{ content: 'better', edited: true }, { id: 'rp1' }, { id: 'ev2' }]);
  });

  test('is in view by itself only while it waits', () => {
    const waits = addOwn(said, {
      type: 'event',
      id: 'ev9',
      kind: 'edit',
      target: 'ev1',
      content: 'better',
      timestamp: 7,
    });
    expect(waits.messages.at(-1)).toMatchObject({ id: 'ev9', kind: 'edit', state: 'queued' });
    const state = onward(waits, event('ev9', 4, { kind: 'edit', target: 'ev1', content: 'better' }));
    expect(contents(state)).toEqual(['better', 'reply rp1', 'event ev2']);
  });

  test('deletes it', () => {
    const state = onward(said, reply('rp9', 4, { kind: 'delete', target: 'rp1', content: '' }));
    expect(state.messages).toMatchObject([{ id: 'ev1' }, { content: '', deleted: true }, { id: 'ev2' }]);
  });

  test.each([
    ['of somebody else', event('ev9', 4, { kind: 'edit', target: 'ev2', content: 'x' })],
    ['of the agent', event('ev9', 4, { kind: 'delete', target: 'rp1', content: '' })],
    ['that is not kept', event('ev9', 4, { kind: 'edit', target: 'ev0', content: 'x' })],
  ])('changes none %s', (_, frame) => {
    const state = onward(said, frame);
    expect(state.messages).toEqual(said.messages);
    expect(state.seq).toBe(4);
  });
});

test('an unknown kind is shown as text', () => {
  const state = after(attached(), reply('rp1', 1, { kind: 'poem' }), event('ev1', 2, { kind: 'sigh' }));
  expect(state.messages).toMatchObject([
    { kind: 'poem', content: 'reply rp1' },
    { kind: 'sigh', content: 'event ev1' },
  ]);
});

test('an event and a reply may have the same id', () => {
  const state = after(attached(), event('x1', 1), reply('x1', 2), turn('ended', 3, { events: ['x1'] }));
  expect(state.messages).toMatchObject([
    { role: 'participant', state: 'answered' },
    { role: 'agent', content: 'reply x1' },
  ]);
});

test('of a very long conversation the latest 10,000 messages are kept', () => {
  let state = after(attached());
  for (let seq = 1; seq <= 10_001; seq++) state = onward(state, reply(`rp${seq}`, seq));
  expect(state.messages).toHaveLength(10_000);
  expect(state.messages.at(0)!.id).toBe('rp2');
  expect(state.messages.at(-1)!.id).toBe('rp10001');
}, 60_000);

test('the agent comes and goes', () => {
  const signal = { type: 'signal', conversation: 'alice' } as const;
  const gone = after(attached(), {
    ...signal,
    kind: 'presence',
    agent: { source: 'default', online: false },
  });
  expect(gone.agent).toEqual({ source: 'default', online: false });
  expect(onward(gone, { ...signal, kind: 'typing', active: true })).toBe(gone);
});
