import type { AgentToRelay, ReplySubmission, TurnSubmission } from '@websocket-channel/protocol';
import { describe, expect, it } from 'vitest';
import { connectAgent } from './support/connected-agent.ts';
import { newRecords } from './support/new-records.ts';

const isReply = (frame: AgentToRelay): frame is ReplySubmission => frame.type === 'reply';
const replies = (frames: readonly AgentToRelay[]) => frames.filter(isReply);
const told = (frames: readonly AgentToRelay[]) =>
  frames.map((frame) =>
    frame.type === 'reply'
      ? `${frame.kind} ${frame.content}`
      : `${frame.type} ${'status' in frame ? frame.status : ''}`.trim(),
  );

describe('an agent that is asked', () => {
  it('greets its relay with its account, token and way of streaming', async () => {
    const { connection } = await connectAgent({ config: { name: 'Claw', streaming: 'block' } });
    expect(JSON.parse(connection.arrivals[0]?.text ?? '')).toEqual({
      type: 'hello',
      role: 'agent',
      versions: [1],
      token: 'tok-1',
      source: 'default',
      name: 'Claw',
      stream: 'block',
      commands: [{ name: 'status', description: 'Tells the status' }],
      software: { name: 'channel-plugin', version: '0.0.0-test' },
    });
  });

  it('accepts, takes over, starts, streams, finishes and ends, in this order', async () => {
    const { deliver, host, untilEnded } = await connectAgent();
    deliver({ sender: { name: 'Alice' }, replyTo: 'rp0' });
    const { question, listener, end } = await host.run();
    expect(question).toMatchObject({
      source: 'alice',
      content: 'Hello',
      senderName: 'Alice',
      replyTo: 'rp0',
      kind: 'direct',
    });
    listener.onAdopted();
    listener.onStarted();
    listener.onPartial('Hello, ');
    listener.onPartial('Hello, Alice');
    listener.onAnswer({ kind: 'final', content: 'Hello, Alice' });
    end();
    const frames = await untilEnded('ev1');
    expect(told(frames)).toEqual([
      'turn accepted',
      'received',
      'turn started',
      'delta Hello, ',
      'delta Alice',
      'final Hello, Alice',
      'turn ended',
    ]);
    const turn = (frames[0] as TurnSubmission).id;
    const draft = replies(frames)[0]?.id;
    expect(replies(frames)).toEqual([
      { type: 'reply', conversation: 'alice', turn, id: draft, kind: 'delta', index: 0, content: 'Hello, ' },
      { type: 'reply', conversation: 'alice', turn, id: draft, kind: 'delta', index: 1, content: 'Alice' },
      {
        type: 'reply',
        conversation: 'alice',
        turn,
        id: draft,
        kind: 'final',
        content: 'Hello, Alice',
        events: ['ev1'],
        timestamp: expect.any(Number),
      },
    ]);
    expect(frames.at(-1)).toMatchObject({ id: turn, outcome: 'completed', events: ['ev1'] });
  });

  it('says received only where the event would survive a crash; else its turn says so by its end', async () => {
    const records = newRecords();
    const { deliver, host, connection, untilEnded } = await connectAgent({
      records: { ...records, write: () => false },
    });
    deliver({});
    const { listener, end } = await host.run();
    listener.onAdopted();
    listener.onStarted();
    end();
    expect((await untilEnded('ev1')).map(({ type }) => type)).toEqual(['turn', 'turn', 'turn']);
    deliver({});
    expect(await connection.next()).toEqual({ type: 'received', conversation: 'alice', events: ['ev1'] });
  });

  it('counts what it says, and the end of the turn', async () => {
    const connected = await connectAgent();
    connected.deliver({});
    const { listener, end } = await connected.host.run();
    listener.onPartial('Hello');
    listener.onAnswer({ kind: 'block', content: 'Hello' });
    listener.onAnswer({ kind: 'final', content: 'Alice' });
    expect(connected.outbound).toBe(2);
    end();
    await connected.untilEnded('ev1');
    await connected.agent.message({ conversation: 'alice', content: 'Bye' });
    expect(connected.outbound).toBe(4);
  });

  it('sends tool, block, final and notice, each as its own reply', async () => {
    const { deliver, host, untilEnded } = await connectAgent();
    deliver({});
    const { listener, end } = await host.run();
    listener.onAnswer({ kind: 'tool', content: 'read notes.md' });
    listener.onAnswer({ kind: 'block', content: 'One' });
    listener.onAnswer({ kind: 'notice', content: 'Compacting' });
    listener.onAnswer({ kind: 'final', content: 'Two' });
    end();
    const sent = replies(await untilEnded('ev1'));
    expect(sent.map(({ kind, content }) => [kind, content])).toEqual([
      ['tool', 'read notes.md'],
      ['block', 'One'],
      ['notice', 'Compacting'],
      ['final', 'Two'],
    ]);
    expect(new Set(sent.map(({ id }) => id)).size).toBe(4);
  });

  it('keeps each message under its own id when one run writes several', async () => {
    const { deliver, host, untilEnded } = await connectAgent();
    deliver({});
    const { listener, end } = await host.run();
    listener.onMessageStart();
    listener.onPartial('First');
    listener.onMessageStart();
    listener.onPartial('Second');
    listener.onAnswer({ kind: 'final', content: 'First' });
    listener.onAnswer({ kind: 'final', content: 'Second' });
    end();
    const [delta1, delta2, final1, final2] = replies(await untilEnded('ev1'));
    expect([delta1?.id, delta2?.id]).toEqual([final1?.id, final2?.id]);
    expect(delta1?.id).not.toBe(delta2?.id);
    expect(delta2).toMatchObject({ index: 0, content: 'Second' });
    expect(delta2).not.toHaveProperty('replace');
  });

  it('shows an error beside what was written before it, not in its place', async () => {
    const { deliver, host, untilEnded } = await connectAgent();
    deliver({});
    const { listener, end } = await host.run();
    listener.onPartial('The answer is');
    listener.onAnswer({ kind: 'final', content: 'The model failed', isError: true });
    end({ outcome: 'failed' });
    const frames = await untilEnded('ev1');
    const [delta, block, final] = replies(frames);
    expect(block).toMatchObject({ kind: 'block', content: 'The answer is', id: delta?.id });
    expect(final).toMatchObject({ kind: 'final', content: 'The model failed' });
    expect(final?.id).not.toBe(delta?.id);
    expect(frames.at(-1)).toMatchObject({
      outcome: 'failed',
      error: { code: 'agent_failed', message: 'The agent could not answer' },
    });
  });

  it('ends the turn as failed when the run throws, without telling the stack or the message', async () => {
    const { deliver, host, untilEnded, logged } = await connectAgent();
    deliver({});
    const { fail } = await host.run();
    fail(new Error('401 for key sk-secret\n    at somewhere'));
    const ended = (await untilEnded('ev1')).at(-1);
    expect(ended).toMatchObject({ outcome: 'failed', error: { code: 'agent_failed' } });
    expect(JSON.stringify(ended)).not.toContain('sk-secret');
    expect(logged.join('\n')).not.toContain('somewhere');
  });

  it('ends the turn as failed when access cannot be decided, and answers the next event', async () => {
    const { deliver, host, untilEnded, connection } = await connectAgent();
    const { admit } = host;
    host.admit = () => Promise.reject(new Error('no config'));
    deliver({});
    expect((await untilEnded('ev1')).at(-1)).toMatchObject({ outcome: 'failed' });
    // Otherwise the relay would deliver it again, and its turn would be answered after its end.
    expect(await connection.next()).toEqual({ type: 'received', conversation: 'alice', events: ['ev1'] });
    host.admit = admit;
    deliver({ id: 'ev2' });
    (await host.run()).end({ outcome: 'silent' });
    expect((await untilEnded('ev2')).at(-1)).toMatchObject({ outcome: 'silent' });
  });

  it('sends no deltas and no signals to a relay that reads none', async () => {
    const { deliver, host, untilEnded, connection } = await connectAgent({ welcome: { capabilities: [] } });
    deliver({});
    const { listener, end } = await host.run();
    listener.onTyping(true);
    listener.onPartial('Hel');
    listener.onAnswer({ kind: 'final', content: 'Hello' });
    end();
    expect(replies(await untilEnded('ev1')).map(({ kind }) => kind)).toEqual(['final']);
    expect(connection.arrivals.filter(({ text }) => text.includes('"signal"'))).toEqual([]);
  });

  it.each(['block', 'none'] as const)('sends no deltas when the operator chose %s', async (streaming) => {
    const { deliver, host, untilEnded } = await connectAgent({ config: { streaming } });
    deliver({});
    const { listener, end } = await host.run();
    expect(listener.blocks).toBe(streaming === 'block');
    listener.onPartial('Hel');
    listener.onAnswer({ kind: 'final', content: 'Hello' });
    end();
    expect(replies(await untilEnded('ev1')).map(({ kind }) => kind)).toEqual(['final']);
  });

  it('tells that it is typing', async () => {
    const { deliver, host, connection } = await connectAgent();
    deliver({});
    const { listener } = await host.run();
    listener.onTyping(true);
    listener.onTyping(false);
    const signal = { type: 'signal', kind: 'typing', conversation: 'alice', turn: expect.any(String) };
    expect(await connection.next(({ type }) => type === 'signal')).toEqual({ ...signal, active: true });
    expect(await connection.next(({ type }) => type === 'signal')).toEqual({ ...signal, active: false });
  });

  it('takes the participant’s own conversation for one that is not named', async () => {
    const { connection, host } = await connectAgent();
    connection.sendText('{"type":"event","source":"alice","content":"Hello","timestamp":1790000000000}');
    expect((await host.run()).question).toMatchObject({ conversation: 'alice', kind: 'direct' });
  });

  it('ignores edits, deletions and reactions, but takes them over', async () => {
    const { deliver, connection } = await connectAgent();
    for (const kind of ['edit', 'delete', 'reaction']) {
      deliver({ id: kind, kind, target: 'ev0' });
      expect(await connection.next()).toEqual({ type: 'received', conversation: 'alice', events: [kind] });
    }
  });

  it('ignores what is no legal frame, and goes on', async () => {
    const { connection, deliver, host, logged } = await connectAgent();
    for (const text of [
      'not JSON',
      '[]',
      '{"type":"__proto__"}',
      '{"type":"event","source":5}',
      '{"type":"novelty"}',
    ]) {
      connection.sendText(text);
    }
    deliver({});
    expect((await host.run()).question.id).toBe('ev1');
    expect(logged.filter((line) => line.includes('Ignored'))).toHaveLength(1);
  });
});
