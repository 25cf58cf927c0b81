import type { TurnSubmission } from '@websocket-channel/protocol';
import { describe, expect, it } from 'vitest';
import { connectAgent } from './support/connected-agent.ts';

describe('messages of one conversation', () => {
  it('are handed to the agent one after the other, the next once the agent has the one before', async () => {
    const { deliver, host } = await connectAgent();
    deliver({ id: 'ev1' });
    deliver({ id: 'ev2' });
    const first = await host.run();
    expect(first.question.id).toBe('ev1');
    deliver({ id: 'other', source: 'bob', conversation: 'bob' });
    expect((await host.run()).question.id).toBe('other');
    first.listener.onAdopted();
    expect((await host.run()).question.id).toBe('ev2');
  });

  it('reach the agent while it still answers the one before', async () => {
    const { deliver, host, untilEnded, connection } = await connectAgent();
    deliver({ id: 'ev1' });
    const running = await host.run();
    running.listener.onAdopted();
    running.listener.onStarted();
    deliver({ id: 'ev2' });
    const steered = await host.run();
    steered.end({ outcome: 'silent', deferred: 'steer' });
    const both = await connection.next<TurnSubmission>(
      (frame) => frame.type === 'turn' && frame.events.length === 2,
    );
    expect(both).toMatchObject({ status: 'started', events: ['ev1', 'ev2'] });
    running.listener.onAnswer({ kind: 'final', content: 'Both' });
    running.end();
    const frames = await untilEnded('ev2');
    expect(frames[0]).toMatchObject({ type: 'reply', events: ['ev1', 'ev2'], content: 'Both' });
    const second = (await untilEnded('ev2')) as TurnSubmission[];
    const ends = [frames.at(-1), second.at(-1)] as TurnSubmission[];
    expect(ends.map(({ id, events, outcome }) => [id === both.id, events, outcome])).toEqual([
      [true, ['ev1', 'ev2'], 'completed'],
      [false, ['ev2'], 'completed'],
    ]);
  });

  it('are added to the turn that runs in their own thread', async () => {
    const { deliver, host, connection } = await connectAgent();
    for (const thread of ['t1', 't2']) {
      deliver({ id: thread, thread });
      const { listener } = await host.run();
      listener.onAdopted();
      listener.onStarted();
    }
    deliver({ id: 'ev3', thread: 't2' });
    (await host.run()).end({ outcome: 'silent', deferred: 'steer' });
    const both = await connection.next<TurnSubmission>(
      (frame) => frame.type === 'turn' && frame.events.length === 2,
    );
    expect(both.events).toEqual(['t2', 'ev3']);
  });

  it('that wait for the end of a run end when their own run is settled', async () => {
    const { deliver, host, untilEnded, connection } = await connectAgent();
    deliver({});
    const { listener, end } = await host.run();
    end({ outcome: 'silent', deferred: 'followup' });
    listener.onAdopted();
    await connection.next(({ type }) => type === 'received');
    listener.onStarted();
    await connection.next((frame) => frame.type === 'turn' && frame.status === 'started');
    listener.onSettled();
    expect((await untilEnded('ev1')).at(-1)).toMatchObject({ outcome: 'completed' });
  });

  it('reach the agent before it is told of what was done to them', async () => {
    const { deliver, host, connection } = await connectAgent();
    deliver({ id: 'ev1' });
    const first = await host.run();
    deliver({ id: 'ev2', content: 'Helo' });
    deliver({ id: 'ev3', kind: 'edit', target: 'ev2' });
    deliver({ id: 'ev4', kind: 'reaction', target: 'ev2', content: '👍' });
    deliver({ id: 'other', source: 'bob', conversation: 'bob', kind: 'reaction', target: 'ev0' });
    await connection.next((frame) => frame.type === 'received' && frame.events.includes('other'));
    expect(host.notes).toEqual([expect.stringContaining('bob')]);
    first.listener.onAdopted();
    const second = await host.run();
    second.listener.onAdopted();
    await connection.next((frame) => frame.type === 'received' && frame.events.includes('ev4'));
    expect(host.notes.slice(1)).toEqual([
      expect.stringContaining('corrected message ev2'),
      expect.stringContaining('reacted to message ev2'),
    ]);
  });

  it('do not hold back a command', async () => {
    const { deliver, host } = await connectAgent();
    deliver({ id: 'ev1' });
    await host.run();
    deliver({ id: 'ev2', content: 'And then?' });
    deliver({ id: 'ev3', content: '/stop' });
    expect((await host.run()).question.content).toBe('/stop');
  });
});

describe('a run that a command stopped', () => {
  it('ends as aborted, and keeps what was written', async () => {
    const { deliver, host, untilEnded } = await connectAgent();
    deliver({});
    const { listener, end } = await host.run();
    listener.onPartial('Once upon a');
    end({ outcome: 'aborted' });
    const frames = await untilEnded('ev1');
    expect(frames.filter(({ type }) => type === 'reply').at(-1)).toMatchObject({
      kind: 'block',
      content: 'Once upon a',
    });
    expect(frames.at(-1)).toMatchObject({ outcome: 'aborted' });
  });
});

describe('cancel', () => {
  it('stops the running turn of that conversation alone, and keeps what was written', async () => {
    const { deliver, host, connection, untilEnded } = await connectAgent();
    deliver({ id: 'ev1' });
    deliver({ id: 'ev2', source: 'bob', conversation: 'bob' });
    const alice = await host.run();
    const bob = await host.run();
    alice.listener.onPartial('Once upon a');
    connection.send({ type: 'cancel', conversation: 'alice', source: 'alice' });
    const frames = await untilEnded('ev1');
    const [delta, block] = frames.filter(({ type }) => type === 'reply');
    expect(block).toMatchObject({ kind: 'block', content: 'Once upon a' });
    expect(block).toHaveProperty('id', (delta as { id?: string }).id);
    expect(frames.at(-1)).toMatchObject({ outcome: 'aborted' });
    expect(alice.listener.signal.aborted).toBe(true);
    expect(bob.listener.signal.aborted).toBe(false);
  });

  it('stops the named turn alone', async () => {
    const { deliver, host, connection, untilEnded } = await connectAgent();
    deliver({ id: 'ev1' });
    const first = await host.run();
    first.listener.onAdopted();
    deliver({ id: 'ev2' });
    const second = await host.run();
    const { id } = await connection.next<TurnSubmission>(
      (frame) => frame.type === 'turn' && frame.events.includes('ev2'),
    );
    connection.send({ type: 'cancel', conversation: 'alice', turn: id, source: 'alice' });
    expect((await untilEnded('ev2')).at(-1)).toMatchObject({ id, outcome: 'aborted' });
    expect([first, second].map(({ listener }) => listener.signal.aborted)).toEqual([false, true]);
  });

  it('leaves nothing behind of a waiting message whose run is told of a moment later', async () => {
    const { deliver, host, connection, untilEnded } = await connectAgent();
    deliver({ id: 'ev1' });
    const { listener, end } = await host.run();
    listener.onAdopted();
    end({ outcome: 'silent', deferred: 'followup' });
    listener.onStarted();
    listener.onPartial('Once');
    await connection.next(({ type }) => type === 'reply');
    connection.send({ type: 'cancel', conversation: 'alice', source: 'alice' });
    expect((await untilEnded('ev1')).at(-1)).toMatchObject({ outcome: 'aborted' });
    listener.onTyping(true);
    listener.onPartial('Once upon');
    listener.onAnswer({ kind: 'final', content: 'Once upon a time' });
    connection.send({ type: 'ping', id: 'p1' });
    expect(await connection.next()).toEqual({ type: 'pong', id: 'p1' });
  });

  it('stops a message of which is not decided yet whether it may be said', async () => {
    const { deliver, host, connection, untilEnded } = await connectAgent();
    const { admit } = host;
    host.admit = () => new Promise(() => {});
    deliver({ id: 'ev1' });
    await connection.next((frame) => frame.type === 'turn' && frame.status === 'accepted');
    host.admit = admit;
    deliver({ id: 'ev2' });
    connection.send({ type: 'cancel', conversation: 'alice', source: 'alice' });
    deliver({ id: 'ev3' });
    expect((await untilEnded('ev1')).at(-1)).toMatchObject({ outcome: 'aborted' });
    expect((await host.run()).question.id).toBe('ev3');
  });

  it('stops a message that still waits for its turn', async () => {
    const { deliver, host, connection, untilEnded } = await connectAgent();
    deliver({ id: 'ev1' });
    const first = await host.run();
    deliver({ id: 'ev2' });
    await connection.next((frame) => frame.type === 'turn' && frame.events.includes('ev2'));
    connection.send({ type: 'cancel', conversation: 'alice', source: 'alice' });
    expect((await untilEnded('ev1')).at(-1)).toMatchObject({ outcome: 'aborted' });
    expect((await untilEnded('ev2')).at(-1)).toMatchObject({ outcome: 'aborted' });
    expect(first.question.id).toBe('ev1');
  });
});

describe('a participant who is not admitted', () => {
  it('is told how to pair', async () => {
    const { deliver, host, untilEnded } = await connectAgent();
    host.decide({ status: 'pairing', challenge: async () => 'Pairing code: ABC' });
    deliver({});
    const frames = await untilEnded('ev1');
    expect(frames.find(({ type }) => type === 'reply')).toMatchObject({
      kind: 'notice',
      content: 'Pairing code: ABC',
    });
    expect(frames.at(-1)).toMatchObject({ outcome: 'silent' });
  });

  it('is not told twice', async () => {
    const { deliver, host, untilEnded } = await connectAgent();
    host.decide({ status: 'pairing', challenge: async () => undefined });
    deliver({});
    expect((await untilEnded('ev1')).map(({ type }) => type)).toEqual(['turn', 'turn']);
  });

  it('is refused', async () => {
    const { deliver, host, untilEnded, connection } = await connectAgent();
    host.decide({ status: 'refused', reason: 'dm_policy_disabled' });
    deliver({});
    expect((await untilEnded('ev1')).at(-1)).toMatchObject({
      outcome: 'failed',
      error: { code: 'not_allowed', message: 'The agent does not take messages from you' },
    });
    expect(await connection.next()).toMatchObject({ type: 'received' });
  });

  it('is ignored where it does not speak to the agent', async () => {
    const { deliver, host, untilEnded } = await connectAgent();
    host.decide({ status: 'ignored', reason: 'activation_skipped' });
    deliver({});
    expect((await untilEnded('ev1')).at(-1)).toMatchObject({ outcome: 'silent' });
  });
});
