import type { Event, RelayToClient, Reply, Turn } from '@websocket-channel/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ConversationState } from '../src/message.ts';
import { addPast, applyFrame, emptyConversation } from '../src/timeline.ts';
import { attached, delta, event, reply, turn } from './frames.ts';

const context = { source: 'alice', now: 5000, past: true };

type Frame = Event | Reply | Turn;

/** What is said in one turn: how many chunks each reply streams before it is complete, and how the turn ends. */
const turnScript = fc.record({
  events: fc.integer({ min: 1, max: 2 }),
  replies: fc.array(fc.record({ chunks: fc.nat(4), completed: fc.boolean() }), { maxLength: 3 }),
  outcome: fc.constantFrom('completed', 'aborted', 'failed', 'silent'),
});

/** All frames of a conversation in the order in which the relay has them. */
function conversation(
  scripts: readonly (typeof turnScript extends fc.Arbitrary<infer T> ? T : never)[],
): Frame[] {
  const frames: Frame[] = [];
  let seq = 0;
  for (const [t, { events, replies, outcome }] of scripts.entries()) {
    const id = `tu${t}`;
    const ids = Array.from({ length: events }, (_, i) => `ev${t}_${i}`);
    frames.push(event(ids[0]!, ++seq), turn('accepted', undefined, { id, events: [ids[0]!] }));
    for (const steered of ids.slice(1)) frames.push(event(steered, ++seq));
    frames.push(turn('started', undefined, { id, events: ids }));
    for (const [r, { chunks, completed }] of replies.entries()) {
      const name = `rp${t}_${r}`;
      for (let i = 0; i < chunks; i++) frames.push(delta(name, i, `${i} `, { turn: id }));
      if (completed) frames.push(reply(name, ++seq, { turn: id }));
    }
    frames.push(turn('ended', ++seq, { id, events: ids, outcome }));
  }
  return frames;
}

const seqOf = (frame: Frame): number => frame.seq ?? 0;

/** What the relay answers to `attach`, when it has the frames up to a position. */
function answer({ epoch, seq }: ConversationState, all: readonly Frame[], position: number): RelayToClient[] {
  const past = all.slice(0, position);
  const last = Math.max(0, ...past.map(seqOf));
  const ended = new Set(
    past.flatMap((frame) => (frame.type === 'turn' && frame.status === 'ended' ? [frame.id] : [])),
  );
  const complete = new Set(past.flatMap((frame) => (frame.type === 'reply' && frame.seq ? [frame.id] : [])));
  const running = new Map(
    past.flatMap((frame) => (frame.type === 'turn' && !ended.has(frame.id) ? [[frame.id, frame]] : [])),
  );
  const streams = new Map<string, Reply>();
  for (const frame of past) {
    if (frame.type !== 'reply' || frame.kind !== 'delta' || complete.has(frame.id) || ended.has(frame.turn!))
      continue;
    const { content = '', count = 0 } = streams.get(frame.id!) ?? {};
    streams.set(frame.id!, {
      ...frame,
      index: 0,
      count: count + 1,
      replace: true,
      content: content + frame.content,
    });
  }
  return [
    attached({ seq: last, recovered: epoch === undefined || epoch === 'ep1' ? 'complete' : 'reset' }),
    ...past.filter((frame) => seqOf(frame) > seq),
    ...running.values(),
    ...streams.values(),
  ];
}

/** What happens to the next frame on its way. */
const fates = [
  'comes',
  'comes',
  'comes',
  'comes twice',
  'is lost if it is live',
  'is lost',
  'the connection is cut',
] as const;

/** Part of the view that the log decides: what was streamed and cut off is nobody else's. */
const view = ({ messages, turns, lastTurn, seq }: ConversationState) => ({
  messages: messages
    .filter((message) => message.seq !== undefined)
    .map(({ id, role, content, kind, seq: place, own, state, outcome }) => ({
      id,
      role,
      content,
      kind,
      place,
      own,
      state,
      outcome,
    })),
  turns: turns.map(({ id }) => id).sort(),
  lastTurn,
  seq,
});

test('whatever is lost, doubled or cut off on the way, the view becomes what the log says', () => {
  fc.assert(
    fc.property(
      fc.array(turnScript, { maxLength: 4 }),
      fc.array(fc.constantFrom(...fates), { maxLength: 80 }),
      (scripts, course) => {
        const all = conversation(scripts);
        let state = emptyConversation;
        const take = (frame: RelayToClient, position: number): void => {
          const before = state;
          state = applyFrame(state, frame, context);
          expect(state.seq).toBeGreaterThanOrEqual(before.seq);
          const places = state.messages.flatMap(({ seq }) => seq ?? []);
          expect(places).toEqual(places.toSorted((a, b) => a - b));
          const names = state.messages.map(({ type, id }) => `${type} ${id}`);
          expect(new Set(names).size).toBe(names.length);
          for (const { streaming, chunks, content } of state.messages) {
            if (streaming) expect(content).toBe(Array.from({ length: chunks! }, (_, i) => `${i} `).join(''));
          }
          if (state.attaching && !before.attaching)
            for (const replayed of answer(state, all, position)) take(replayed, position);
        };
        const connect = (position: number): void => {
          state = { ...state, attaching: true };
          for (const frame of answer(state, all, position)) take(frame, position);
        };

        connect(0);
        for (const [i, frame] of all.entries()) {
          const fate = course[i] ?? 'comes';
          if (fate === 'the connection is cut') connect(i + 1);
          else if (!(fate === 'is lost' || (fate === 'is lost if it is live' && frame.seq === undefined))) {
            take(frame, i + 1);
            if (fate === 'comes twice') take(frame, i + 1);
          }
        }
        connect(all.length);

        let ideal = emptyConversation;
        for (const frame of [attached(), ...all]) ideal = applyFrame(ideal, frame, context);
        expect(view(state)).toEqual(view(ideal));
        expect(state.recovered).toBe('complete');
        expect(state.messages.filter(({ streaming }) => streaming)).toEqual([]);
      },
    ),
    { numRuns: 500 },
  );
}, 60_000);

test('wherever a view begins and however the past is cut into pages, it becomes what the log says', () => {
  fc.assert(
    fc.property(
      fc.array(turnScript, { maxLength: 4 }),
      fc.nat(),
      fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 60 }),
      (scripts, start, sizes) => {
        const all = conversation(scripts);
        const log = all.filter((frame) => frame.seq !== undefined);
        const begin = start % (log.length + 1);
        let state: ConversationState = { ...emptyConversation, epoch: 'ep1', seq: begin };
        state = applyFrame(state, attached({ seq: log.length }), context);
        for (const frame of log.slice(begin)) state = applyFrame(state, frame, context);
        for (let end = begin, page = 0; end > 0; page++) {
          const size = Math.min(sizes[page] ?? 3, end);
          const amendments = log.slice(end).filter(({ type }) => type === 'turn');
          state = addPast(state, [...log.slice(end - size, end), ...amendments], context);
          end -= size;
        }

        let ideal = emptyConversation;
        for (const frame of [attached(), ...log]) ideal = applyFrame(ideal, frame, context);
        expect(view(state).messages).toEqual(view(ideal).messages);
        expect(state.seq).toBe(ideal.seq);
      },
    ),
    { numRuns: 300 },
  );
}, 60_000);
