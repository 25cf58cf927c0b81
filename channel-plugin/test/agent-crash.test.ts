import type { TurnSubmission } from '@websocket-channel/protocol';
import { describe, expect, it } from 'vitest';
import { type ConnectedAgent, connectAgent } from './support/connected-agent.ts';
import { agentThatCrashes, askAndBegin, isEnd, isReply } from './support/crashing-agent.ts';
import { sessionOf } from './support/fake-host.ts';

const session = sessionOf('alice');
const question = { conversation: 'alice', content: 'Hello' };

describe('an answer that the relay did not acknowledge', () => {
  it('is sent again by the next process, once and as it was, and the end of its turn after it', async () => {
    const agent = await agentThatCrashes({ acknowledges: false });
    const { listener, end, turn } = await askAndBegin(agent);
    listener.onAnswer({ kind: 'final', content: 'Once upon a time' });
    end();
    const final = await agent.connection.next(isReply);
    const { connection } = await agent.comeBack();
    expect(await connection.next()).toEqual(final);
    connection.acknowledge(final);
    expect(await connection.next(isEnd)).toMatchObject({ id: turn, outcome: 'completed' });
    connection.send({ type: 'ping', id: 'p1' });
    expect(await connection.next()).toEqual({ type: 'pong', id: 'p1' });
  });

  it('is not sent again once it was acknowledged', async () => {
    const agent = await agentThatCrashes();
    const { listener, end } = await askAndBegin(agent);
    listener.onAnswer({ kind: 'final', content: 'Once upon a time' });
    end();
    await agent.untilEnded('ev1');
    agent.connection.send({ type: 'ping', id: 'p1' });
    await agent.connection.next(({ type }) => type === 'pong');
    const { connection } = await agent.comeBack();
    connection.send({ type: 'ping', id: 'p2' });
    expect(await connection.next()).toEqual({ type: 'pong', id: 'p2' });
  });

  it('is kept for a relay that answered an earlier process, and is held up now', async () => {
    const agent = await agentThatCrashes({ acknowledges: false });
    void agent.agent.message({ conversation: 'alice', content: 'One' });
    agent.connection.acknowledge(await agent.connection.next(isReply));
    void agent.agent.message({ conversation: 'alice', content: 'Two' });
    const unheard = await agent.connection.next(isReply);
    const { connection, relay } = await agent.comeBack();
    expect(await connection.next()).toEqual(unheard);
    // One that never answered is given up meanwhile.
    const other = await connectAgent({ acknowledges: false });
    await other.agent.message({ conversation: 'alice', content: 'Three' });
    void other.agent.message({ conversation: 'alice', content: 'Four' });
    await other.connection.next((frame) => isReply(frame) && frame.content === 'Four');
    const next = relay.connection();
    connection.cut();
    await (await next).greet();
    expect(await (await next).next()).toEqual(unheard);
  });

  it('completes its turn, although the process ended before the turn did', async () => {
    const agent = await agentThatCrashes({ acknowledges: false });
    const { listener, draft } = await askAndBegin(agent);
    listener.onAnswer({ kind: 'final', content: 'Once upon a time' });
    await agent.connection.next((frame) => isReply(frame) && frame.kind === 'final');
    const { connection } = await agent.comeBack();
    const final = await connection.next();
    expect(final).toMatchObject({ id: draft, kind: 'final' });
    connection.acknowledge(final);
    expect(await connection.next()).toMatchObject({ status: 'ended', outcome: 'completed' });
  });

  it('is given by the next process, where the agent had it but had not handed it over', async () => {
    const agent = await agentThatCrashes();
    const { draft, turn } = await askAndBegin(agent);
    agent.host.tell({ session, run: 'run1', phase: 'ended', text: 'Once upon a time' });
    const { connection } = await agent.comeBack();
    expect(await connection.next()).toMatchObject({
      id: draft,
      turn,
      kind: 'final',
      content: 'Once upon a time',
    });
    expect(await connection.next()).toMatchObject({ id: turn, outcome: 'completed' });
  });
});

describe('an event', () => {
  it('that was received before a crash is not handled again after it', async () => {
    const agent = await agentThatCrashes();
    await askAndBegin(agent);
    const { connection, deliver } = await agent.comeBack();
    await connection.next(isEnd);
    deliver({ id: 'ev1' });
    expect(await connection.next()).toEqual({ type: 'received', conversation: 'alice', events: ['ev1'] });
  });

  it('that was not received before a crash is handled after it, by the same turn', async () => {
    const agent = await agentThatCrashes();
    agent.deliver({});
    await agent.host.run();
    const { id } = await agent.connection.next<TurnSubmission>();
    const { connection, deliver, host } = await agent.comeBack();
    deliver({});
    (await host.run()).end();
    expect(await connection.next()).toMatchObject({ id, status: 'accepted' });
  });

  it('whose run OpenClaw knows already gets the answer of the run that goes on', async () => {
    const { deliver, host, connection, agent } = await connectAgent();
    host.busy.add(session);
    deliver({});
    (await host.run()).end({ outcome: 'silent', idle: true });
    const { id } = await connection.next<TurnSubmission>();
    host.tell({ session, run: 'run2', phase: 'started', resumes: true });
    host.tell({ session, run: 'run2', phase: 'finishing', resumes: true });
    await agent.message(question);
    host.tell({ session, run: 'run2', phase: 'ended', text: 'Hello' });
    const frames = [
      await connection.next((frame) => frame.type === 'turn' && frame.status === 'started'),
      await connection.next(),
      await connection.next(),
    ];
    expect(frames).toMatchObject([{ id }, { kind: 'final', turn: id }, { id, outcome: 'completed' }]);
  });
});

describe('what needs no answer', () => {
  const react = async ({ deliver, connection }: ConnectedAgent): Promise<void> => {
    deliver({ id: 'ev9', kind: 'reaction', target: 'ev0', content: '👍' });
    await connection.next((frame) => frame.type === 'received' && frame.events.includes('ev9'));
  };

  it('is told again after a crash, where the agent did not run since', async () => {
    const agent = await agentThatCrashes();
    await react(agent);
    expect(agent.host.notes).toHaveLength(1);
    const { host } = await agent.comeBack();
    expect(host.notes).toEqual([host.notes[0], host.notes[0]]);
  });

  it('is not told again once the agent ran', async () => {
    const agent = await agentThatCrashes();
    await react(agent);
    agent.host.tell({ session: sessionOf('bob'), run: 'run0', phase: 'started', resumes: false });
    agent.host.tell({ session, run: 'run1', phase: 'started', resumes: false });
    const { host } = await agent.comeBack();
    expect(host.notes).toHaveLength(1);
  });
});

describe('a message without an id', () => {
  it('waits in the outbox while the relay is away, also over a crash', async () => {
    const agent = await agentThatCrashes();
    await agent.stop();
    const id = await agent.agent.message(question);
    const { connection } = await agent.comeBack();
    expect(await connection.next()).toMatchObject({ type: 'reply', kind: 'message', id });
  });
});
