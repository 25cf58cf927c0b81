import type { AgentToRelay, ReplySubmission } from '@websocket-channel/protocol';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createDelivery } from '../src/delivery.ts';
import { ChannelError } from '../src/errors.ts';
import { createOutbox, type DurableFrame } from '../src/outbox.ts';
import { createRelayMemory } from '../src/relay-memory.ts';
import { connectAgent } from './support/connected-agent.ts';
import { newRecords } from './support/new-records.ts';

const reply = (id: string, conversation = 'alice'): DurableFrame => ({
  type: 'reply',
  id,
  conversation,
  kind: 'block',
  content: id,
});

/** A delivery whose session has begun, to a relay that the test plays. */
function setUp({ graceMs = 60_000, patienceMs = 60_000, ask = async () => true } = {}) {
  const written: string[] = [];
  const records = newRecords();
  const outbox = createOutbox(records);
  const memory = createRelayMemory(records);
  let answer: 'away' | 'written' | 'done' = 'written';
  const delivery = createDelivery({
    outbox,
    memory,
    log: { info() {}, warn() {}, error() {} },
    ask,
    graceMs,
    patienceMs,
    write({ frame }) {
      if (answer !== 'away') written.push(frame.id);
      return answer;
    },
  });
  onTestFinished(() => delivery.close());
  delivery.open();
  return {
    delivery,
    outbox,
    memory,
    written,
    become(next: typeof answer) {
      answer = next;
    },
  };
}

describe('a durable frame', () => {
  it('waits until the relay has the earlier ones of its conversation, and of no other', () => {
    const { delivery, written } = setUp();
    for (const frame of [reply('a1'), reply('a2'), reply('b1', 'bob'), reply('a3'), reply('b2', 'bob')]) {
      void delivery.add(frame);
    }
    expect(written).toEqual(['a1', 'b1']);
    delivery.settle('b1');
    delivery.settle('a1');
    expect(written).toEqual(['a1', 'b1', 'b2', 'a2']);
    delivery.settle('a2');
    expect(written.slice(4)).toEqual(['a3']);
  });

  it('waits for one that the relay refuses for now, and not for one that it refuses for good', async () => {
    const { delivery, written } = setUp();
    const first = delivery.add(reply('a1'));
    void delivery.add(reply('a2'));
    delivery.retry('a1', 1);
    await expect.poll(() => written).toEqual(['a1', 'a1']);
    delivery.fail('a1', new ChannelError('refused', 'No'));
    await expect(first).rejects.toMatchObject({ code: 'refused' });
    expect(written).toEqual(['a1', 'a1', 'a2']);
  });

  it('waits for a refused one longer than for one without an answer', async () => {
    const { delivery, written } = setUp({ patienceMs: 10 });
    delivery.observe(true);
    void delivery.add(reply('a1'));
    void delivery.add(reply('a2'));
    delivery.retry('a1', 60_000);
    void delivery.add(reply('b1', 'bob'));
    void delivery.add(reply('b2', 'bob'));
    await expect.poll(() => written).toEqual(['a1', 'b1', 'b2']);
  });

  it('waits no longer where the relay does not answer, and is kept for the next session', async () => {
    const { delivery, written, outbox } = setUp({ patienceMs: 10 });
    delivery.observe(true);
    for (const id of ['a1', 'a2', 'a3']) void delivery.add(reply(id));
    await expect.poll(() => written).toEqual(['a1', 'a2', 'a3']);
    for (const id of ['b1', 'b2']) void delivery.add(reply(id, 'bob'));
    expect(written.slice(3)).toEqual(['b1', 'b2']);
    expect(outbox.size).toBe(5);
    delivery.close();
    delivery.open();
    expect(written.slice(5)).toEqual(['a1', 'b1']);
  });

  it('waits for its own conversation where the relay answers others', async () => {
    const { delivery, written } = setUp({ patienceMs: 20 });
    delivery.observe(true);
    void delivery.add(reply('a1'));
    void delivery.add(reply('a2'));
    void delivery.add(reply('b1', 'bob'));
    void delivery.add(reply('b2', 'bob'));
    delivery.retry('b1', 60_000);
    await expect.poll(() => written).toEqual(['a1', 'b1', 'a2']);
  });

  it('waits longer where the relay turns out to answer frames', async () => {
    const { delivery, written } = setUp({ graceMs: 5 });
    void delivery.add(reply('a1'));
    void delivery.add(reply('a2'));
    delivery.observe(true);
    const other = setUp({ graceMs: 10 });
    void other.delivery.add(reply('b1'));
    await expect.poll(() => other.outbox.size).toBe(0);
    expect(written).toEqual(['a1']);
  });

  it('is kept while the relay reads nothing, however long it says nothing to it', async () => {
    const reads = Promise.withResolvers<boolean>();
    const { delivery, written, outbox } = setUp({ graceMs: 5, ask: () => reads.promise });
    void delivery.add(reply('a1'));
    void delivery.add(reply('a2'));
    const other = setUp({ graceMs: 20 });
    void other.delivery.add(reply('b1'));
    await expect.poll(() => other.outbox.size).toBe(0);
    expect([written, outbox.size]).toEqual([['a1'], 2]);
    reads.resolve(true);
    await expect.poll(() => outbox.size).toBe(0);
    expect(written).toEqual(['a1', 'a2']);
  });

  it('is kept where the relay answers neither it nor a ping, and holds back nothing any more', async () => {
    const { delivery, written, outbox } = setUp({ patienceMs: 10, ask: async () => false });
    for (const id of ['a1', 'a2', 'a3']) void delivery.add(reply(id));
    await expect.poll(() => written).toEqual(['a1', 'a2', 'a3']);
    delivery.close();
    delivery.open();
    expect([written.slice(3), outbox.size]).toEqual([['a1'], 3]);
  });

  it('waits for nothing once the relay is known to acknowledge nothing', async () => {
    const { delivery, written, outbox } = setUp({ graceMs: 10 });
    void delivery.add(reply('a1'));
    void delivery.add(reply('a2'));
    expect(written).toEqual(['a1']);
    await expect.poll(() => outbox.size).toBe(0);
    void delivery.add(reply('a3'));
    void delivery.add(reply('a4'));
    expect(written).toEqual(['a1', 'a2', 'a3', 'a4']);
  });

  it('is given up at a relay that answered before, once an event comes without a number', async () => {
    const { delivery, outbox, memory } = setUp({ graceMs: 5 });
    memory.note(true);
    void delivery.add(reply('a1'));
    delivery.observe(false);
    expect(memory.isReliable).toBe(false);
    void delivery.add(reply('a2'));
    await expect.poll(() => outbox.size).toBe(0);
  });

  it('waits for nothing once an event came without a number, until the relay answers a frame', () => {
    const { delivery, written } = setUp();
    void delivery.add(reply('a1'));
    void delivery.add(reply('a2'));
    expect(written).toEqual(['a1']);
    delivery.observe(false);
    expect(written).toEqual(['a1', 'a2']);
    void delivery.add(reply('a3'));
    delivery.settle('a1');
    delivery.observe(false);
    void delivery.add(reply('a4'));
    expect(written).toEqual(['a1', 'a2', 'a3']);
  });

  it('waits for nothing at a relay from which nothing will be heard', async () => {
    const { delivery, written, outbox, become } = setUp();
    become('done');
    await Promise.all([delivery.add(reply('a1')), delivery.add(reply('a2'))]);
    expect(written).toEqual(['a1', 'a2']);
    expect(outbox.size).toBe(0);
  });

  it('is not given up while the relay is away', async () => {
    const { delivery, written, outbox, become } = setUp({ graceMs: 5 });
    void delivery.add(reply('a1'));
    delivery.close();
    const other = setUp({ graceMs: 5 });
    void other.delivery.add(reply('b1'));
    await expect.poll(() => other.outbox.size).toBe(0);
    expect(outbox.size).toBe(1);
    become('away');
    delivery.open();
    become('written');
    void delivery.add(reply('a2'));
    expect(written).toEqual(['a1', 'a1']);
  });

  it('that is said again is written again, before what was said after it', () => {
    const { delivery, written } = setUp();
    void delivery.add(reply('a1'));
    void delivery.add(reply('a2'));
    void delivery.add(reply('a1'));
    expect(written).toEqual(['a1', 'a1']);
    delivery.settle('a1');
    expect(written).toEqual(['a1', 'a1', 'a2']);
  });
});

describe('a relay whose disk is full for a moment', () => {
  it('stores the answer before the end of its turn, and other conversations meanwhile', async () => {
    const { connection, deliver, host, agent } = await connectAgent({ acknowledges: false });
    deliver({});
    const { listener, end } = await host.run();
    listener.onAnswer({ kind: 'block', content: 'One' });
    listener.onAnswer({ kind: 'final', content: 'Two' });
    end();
    const stored: AgentToRelay[] = [];
    const store = (frame: AgentToRelay) => {
      stored.push(frame);
      connection.acknowledge(frame);
    };
    const next = () =>
      connection.next(
        ({ type, ...frame }) => type === 'reply' || ('status' in frame && frame.status === 'ended'),
      );
    for (const content of ['One', 'Two']) {
      const refused = await next();
      expect(refused).toMatchObject({ content });
      connection.send({
        type: 'error',
        code: 'unavailable',
        message: 'The disk is full',
        retryable: true,
        retryAfterMs: 5,
        ref: (refused as { id: string }).id,
      });
      await agent.message({ conversation: 'bob', content: 'By the way' });
      const frames = [await next(), await next()];
      expect(frames).toContainEqual(refused);
      expect(frames).toContainEqual(expect.objectContaining({ conversation: 'bob' }));
      frames.forEach(store);
    }
    store(await next());
    expect(stored.filter((frame) => 'conversation' in frame && frame.conversation === 'alice')).toMatchObject(
      [
        { kind: 'block', content: 'One' },
        { kind: 'final', content: 'Two' },
        { type: 'turn', status: 'ended', outcome: 'completed' },
      ],
    );
  });
});

describe('a relay that lost its log', () => {
  const forbidden = (ref: string, retryAfterMs?: number) => ({
    type: 'error' as const,
    code: 'forbidden',
    message: 'The agent does not serve this conversation',
    retryable: false,
    ref,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });

  it('is told the answers to what it delivered until a participant is back', async () => {
    const { connection, deliver, host, untilEnded } = await connectAgent({ acknowledges: false });
    deliver({});
    const { listener, end } = await host.run();
    listener.onStarted();
    listener.onPartial('The');
    listener.onAnswer({ kind: 'final', content: 'The answer' });
    end();
    const isFinal = (frame: AgentToRelay) => frame.type === 'reply' && frame.kind === 'final';
    const final = await connection.next<ReplySubmission>(isFinal);
    // Of the delta, which has the same id, and of the reply.
    for (let i = 0; i < 2; i++) connection.send(forbidden(final.id, 5));
    expect(await connection.next(isFinal)).toEqual(final);
    connection.acknowledge(final);
    expect((await untilEnded('ev1')).at(-1)).toMatchObject({ status: 'ended', outcome: 'completed' });
  });

  it('is not told them for ever, nor what answers nothing', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const { delivery, outbox, written } = setUp();
    const error = new ChannelError('refused', 'No');
    const answers = ['a1', 'a2'].map((id) => ({ ...reply(id), turn: 'tu1' }));
    const fates = [delivery.add(...answers), delivery.add(reply('b1', 'bob'))].map((fate) =>
      fate.catch(({ message }: Error) => message),
    );
    const refuseAll = () => {
      for (const { frame } of outbox.entries()) delivery.disown(frame.id, error, 1000);
    };
    refuseAll();
    expect(await fates[1]).toBe('No');
    for (let second = 1; second < 300; second++) {
      await vi.advanceTimersByTimeAsync(1000);
      delivery.disown('a1', error, 1000);
    }
    expect(written.slice(-2)).toEqual(['a1', 'a1']);
    expect(outbox.size).toBe(2);
    await vi.advanceTimersByTimeAsync(1000);
    delivery.disown('a1', error, 1000);
    expect(written.at(-1)).toBe('a2');
    delivery.disown('a2', error, 1000);
    expect(await fates[0]).toBe('No');
    expect(outbox.size).toBe(0);
  });
});
