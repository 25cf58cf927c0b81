import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Agent } from '../src/agent.ts';
import { Attachment, type Reader } from '../src/attachment.ts';
import { steadyNow } from '../src/clock.ts';
import type { Connection } from '../src/connection.ts';
import { Conversation, type Receipt } from '../src/conversation.ts';
import type { Core } from '../src/core.ts';
import { readHistory } from '../src/history.ts';
import { memoryStore } from '../src/index.ts';
import { Journal } from '../src/journal.ts';
import { silentLogger as logger } from '../src/logger.ts';
import { Stats } from '../src/stats.ts';
import { TurnEnd } from '../src/turn-end.ts';
import { delta, turn } from './support/running-relay.ts';

const append = (id: string, body = '{"type":"event"') =>
  ({ conversation: 'alice', type: 'event', id, body }) as const;

/** A conversation on a store that never ends a commit. */
function stuck() {
  const store = memoryStore();
  const stats = new Stats();
  const journal = new Journal({ ...store, commit: () => new Promise(() => {}) }, new TurnEnd(), logger);
  const state = { epoch: 'ep1', agent: 'default', first: 1, last: 0 };
  const agent = new Agent('default', store, logger);
  const conversation = new Conversation('alice', agent, state, { journal, stats, logger });
  return { journal, stats, conversation, store };
}

describe('what waits for a store that takes its time', () => {
  it('is a bounded number of frames', () => {
    const { journal } = stuck();
    for (let i = 1; i < 65_536; i++) journal.append(append(`ev${i}`), () => {});
    expect(journal.isFull).toBe(false);
    journal.follow(() => {}, 0);
    expect(journal.isFull).toBe(true);
  });

  it('is a bounded amount of text', () => {
    const { journal } = stuck();
    const body = 'x'.repeat(1024 * 1024);
    for (let i = 1; i < 64; i++) journal.append(append(`ev${i}`, body), () => {});
    expect(journal.isFull).toBe(false);
    journal.append(append('ev64', body), () => {});
    expect(journal.isFull).toBe(true);
  });

  it('is a bounded amount of text in live frames', () => {
    const { journal, conversation } = stuck();
    conversation.append('event', 'ev1', '{"type":"event"', () => {});
    const text = 'x'.repeat(1024 * 1024);
    for (let i = 0; i < 63; i++) conversation.delta(delta('rp1', 'alice', i, 'x') as never, text);
    expect(journal.isFull).toBe(false);
    conversation.turn(turn('tu1', 'alice', 'started') as never, text);
    expect(journal.isFull).toBe(true);
  });

  it('makes room for nothing more: durable frames are refused, live ones are left out', () => {
    const { journal, stats, conversation } = stuck();
    const receipts: Receipt[] = [];
    conversation.append('event', 'ev1', '{"type":"event"', (receipt) => receipts.push(receipt));
    while (!journal.isFull) journal.follow(() => {}, 0);
    conversation.append('event', 'ev2', '{"type":"event"', (receipt) => receipts.push(receipt));
    expect(receipts).toEqual([{ status: 'failed' }]);
    conversation.signal({ type: 'signal', kind: 'typing', conversation: 'alice' });
    expect(stats.dropped).toBe(1);
  });
});

describe('a store that fails for long', () => {
  it('has nothing kept of the events that it does not take', async () => {
    const store = memoryStore();
    const journal = new Journal(
      { ...store, commit: () => Promise.reject(new Error('full')) },
      new TurnEnd(),
      logger,
    );
    const state = { epoch: 'ep1', agent: 'default', first: 1, last: 0 };
    const agent = new Agent('default', store, logger);
    const stats = new Stats();
    const conversation = new Conversation('alice', agent, state, { journal, stats, logger });
    const kept = vi.spyOn(Map.prototype, 'set');
    onTestFinished(() => kept.mockRestore());
    const receipts: Receipt[] = [];
    for (let i = 0; i < 3; i++) {
      conversation.append('event', `ev${i}`, '{"type":"event"', (receipt) => receipts.push(receipt));
    }
    await journal.settled();
    const keys = kept.mock.calls.map(([key]) => String(key)).filter((key) => key.includes('ev'));
    expect(receipts).toEqual(Array(3).fill({ status: 'failed' }));
    expect(keys).toEqual([]);
  });
});

describe('a conversation that nobody reads', () => {
  const minute = 60_000;

  it('is let go of after a minute', () => {
    const { conversation } = stuck();
    expect(conversation.isIdle(Date.now() + minute - 1000)).toBe(false);
    expect(conversation.isIdle(Date.now() + minute + 1000)).toBe(true);
  });

  it.each([
    [
      'a turn runs',
      (conversation: Conversation) => conversation.turn(turn('tu1', 'alice', 'started') as never, '{}'),
    ],
    [
      'a reply is streamed',
      (conversation: Conversation) => conversation.delta(delta('rp1', 'alice', 0, 'x') as never, '{}'),
    ],
  ])('is kept for an hour while %s in it', (_, happen) => {
    const { conversation } = stuck();
    happen(conversation);
    expect(conversation.isIdle(Date.now() + 59 * minute)).toBe(false);
    expect(conversation.isIdle(Date.now() + 61 * minute)).toBe(true);
  });

  it('is kept for another minute once its past is asked for', () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const { conversation, store } = stuck();
    vi.advanceTimersByTime(minute + 1000);
    expect(conversation.isIdle(steadyNow())).toBe(true);
    const hanging = { ...store, before: () => new Promise(() => {}) };
    const core = { store: hanging, logger, options: { limits: { frameBytes: 1024 } } } as unknown as Core;
    const past = { type: 'history', conversation: 'alice' } as const;
    readHistory({} as Connection, conversation, past, core, () => {});
    expect(conversation.isIdle(steadyNow())).toBe(false);
  });

  it('is kept while a frame waits to be stored, or somebody reads it', () => {
    const waiting = stuck().conversation;
    waiting.append('event', 'ev1', '{"type":"event"', () => {});
    expect(waiting.isIdle(Date.now() + 100 * minute)).toBe(false);
    const { conversation, store, stats } = stuck();
    const attachment = new Attachment({} as Reader, conversation, { store, stats });
    conversation.attach(attachment);
    expect(conversation.isIdle(Date.now() + 100 * minute)).toBe(false);
    conversation.detach(attachment);
    expect(conversation.isIdle(Date.now() + 2 * minute)).toBe(true);
  });
});
