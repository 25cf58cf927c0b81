import type { TurnSubmission } from '@websocket-channel/protocol';
import { describe, expect, it } from 'vitest';
import { createTurns } from '../src/turns.ts';

function setUp() {
  const frames: TurnSubmission[] = [];
  const turns = createTurns(
    (frame) => frames.push(frame),
    () => 1790000000000,
  );
  return { turns, told: () => frames.splice(0).map(({ timestamp: _, type: __, ...frame }) => frame) };
}

describe('the turns of an agent', () => {
  it('are accepted, started and ended', () => {
    const { turns, told } = setUp();
    const turn = turns.accept('tu1', 'alice', 'ev1');
    turns.start(turn, 'alice');
    turns.start(turn, 'alice');
    turns.end(turn, 'completed');
    expect(told()).toEqual([
      { id: 'tu1', conversation: 'alice', events: ['ev1'], status: 'accepted' },
      { id: 'tu1', conversation: 'alice', events: ['ev1'], status: 'started' },
      { id: 'tu1', conversation: 'alice', events: ['ev1'], status: 'ended', outcome: 'completed' },
    ]);
    expect(turns.size).toBe(0);
  });

  it('end once', () => {
    const { turns, told } = setUp();
    const turn = turns.accept('tu1', 'alice', 'ev1');
    turns.end(turn, 'failed', { code: 'agent_failed', message: 'The agent could not answer' });
    turns.end(turn, 'completed');
    turns.start(turn, 'alice');
    expect(told().slice(1)).toEqual([
      {
        id: 'tu1',
        conversation: 'alice',
        events: ['ev1'],
        status: 'ended',
        outcome: 'failed',
        error: { code: 'agent_failed', message: 'The agent could not answer' },
      },
    ]);
  });

  it('take over the events that are steered into them', () => {
    const { turns, told } = setUp();
    const other = turns.accept('tu0', 'bob', 'ev0');
    const running = turns.accept('tu1', 'alice', 'ev1');
    const steered = turns.accept('tu2', 'alice', 'ev2');
    turns.start(other, 'bob');
    turns.start(running, 'alice');
    told();
    expect(turns.steer(steered, 'alice')).toBe(true);
    turns.end(running, 'completed');
    turns.end(steered, 'silent');
    expect(told()).toEqual([
      { id: 'tu1', conversation: 'alice', events: ['ev1', 'ev2'], status: 'started' },
      { id: 'tu1', conversation: 'alice', events: ['ev1', 'ev2'], status: 'ended', outcome: 'completed' },
      { id: 'tu2', conversation: 'alice', events: ['ev2'], status: 'ended', outcome: 'completed' },
    ]);
  });

  it('are steered into none that does not run in the same session', () => {
    const { turns } = setUp();
    turns.start(turns.accept('tu0', 'bob', 'ev0'), 'bob');
    turns.accept('tu1', 'alice', 'ev1');
    expect(turns.steer(turns.accept('tu2', 'alice', 'ev2'), 'alice')).toBe(false);
  });

  it('are stopped together with those that were steered into them', () => {
    const { turns } = setUp();
    const running = turns.accept('tu1', 'alice', 'ev1');
    turns.start(running, 'alice');
    turns.steer(turns.accept('tu2', 'alice', 'ev2'), 'alice');
    expect(turns.cancel('alice', 'tu2')).toBe(1);
    expect(running.signal.aborted).toBe(true);
  });

  it('name no more events than a frame may, and always their own', () => {
    const { turns, told } = setUp();
    const running = turns.accept('tu', 'alice', 'ev');
    turns.start(running, 'alice');
    for (let n = 0; n < 256; n++) turns.steer(turns.accept(`tu${n}`, 'alice', `ev${n}`), 'alice');
    told();
    turns.end(running, 'completed');
    const [ended] = told();
    expect(ended?.events).toHaveLength(256);
    expect(ended?.events[0]).toBe('ev');
    expect(ended?.events.at(-1)).toBe('ev255');
  });

  it('are stopped one by one, or all of a conversation, and of no other', () => {
    const { turns } = setUp();
    const bob = turns.accept('tu0', 'bob', 'ev0');
    const first = turns.accept('tu1', 'alice', 'ev1');
    const second = turns.accept('tu2', 'alice', 'ev2');
    expect(turns.cancel('alice', 'tu2')).toBe(1);
    expect([bob, first, second].map(({ signal }) => signal.aborted)).toEqual([false, false, true]);
    expect(turns.cancel('bob', 'tu1')).toBe(0);
    expect(turns.cancel('alice')).toBe(2);
    expect([bob, first].map(({ signal }) => signal.aborted)).toEqual([false, true]);
    expect(turns.cancel('carol')).toBe(0);
  });

  it('are told again to a relay that came back', () => {
    const { turns, told } = setUp();
    turns.accept('tu1', 'alice', 'ev1');
    turns.start(turns.accept('tu2', 'bob', 'ev2'), 'bob');
    told();
    turns.announce();
    expect(told()).toEqual([
      { id: 'tu1', conversation: 'alice', events: ['ev1'], status: 'accepted' },
      { id: 'tu2', conversation: 'bob', events: ['ev2'], status: 'started' },
    ]);
  });
});
