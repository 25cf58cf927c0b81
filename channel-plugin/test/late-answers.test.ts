import type { AgentToRelay } from '@websocket-channel/protocol';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { connectAgent } from './support/connected-agent.ts';
import { agentThatCrashes, askAndBegin, isEnd, isReply } from './support/crashing-agent.ts';
import { sessionOf } from './support/fake-host.ts';

const session = sessionOf('alice');
const question = { conversation: 'alice', content: 'Hello' };

describe('a run that OpenClaw went on with before the relay was there', () => {
  it('answers the event that is delivered again', async () => {
    const { deliver, host, connection, agent } = await connectAgent();
    host.busy.add(session);
    host.tell({ session, run: 'run2', phase: 'started', resumes: true });
    deliver({});
    (await host.run()).end({ outcome: 'silent', idle: true });
    await connection.next(({ type }) => type === 'received');
    host.tell({ session, run: 'run2', phase: 'finishing', resumes: true });
    await agent.message(question);
    host.tell({ session, run: 'run2', phase: 'ended', text: 'Hello' });
    expect(await connection.next(isReply)).toMatchObject({ kind: 'final', events: ['ev1'] });
    expect(await connection.next(isEnd)).toMatchObject({ outcome: 'completed' });
  });
});

describe('a turn that a crash cut off', () => {
  it('fails where OpenClaw does not go on with it', async () => {
    const agent = await agentThatCrashes();
    const { turn } = await askAndBegin(agent);
    const { connection } = await agent.comeBack();
    expect(await connection.next()).toMatchObject({
      id: turn,
      status: 'ended',
      outcome: 'failed',
      error: { code: 'interrupted', message: 'The Gateway was restarted while the agent answered' },
    });
  });

  it('fails where a part of the answer was said, and completes where OpenClaw had come to its end', async () => {
    for (const [ended, outcome] of [
      [false, 'failed'],
      [true, 'completed'],
    ] as const) {
      const agent = await agentThatCrashes();
      const { listener } = await askAndBegin(agent);
      listener.onAnswer({ kind: 'block', content: 'Once upon a time' });
      if (ended) agent.host.tell({ session, run: 'run1', phase: 'ended', text: 'Once upon a time' });
      const { connection } = await agent.comeBack();
      expect(await connection.next(isEnd)).toMatchObject({ outcome });
    }
  });

  it('gets the answer that OpenClaw sends later, under the id of what was shown before', async () => {
    const agent = await agentThatCrashes();
    const { draft, turn } = await askAndBegin(agent);
    agent.host.busy.add(session);
    const { connection, host, agent: next } = await agent.comeBack();
    expect(await connection.next()).toMatchObject({ id: turn, status: 'accepted', events: ['ev1'] });
    await next.message({ conversation: 'alice', content: 'I go on' });
    host.tell({ session, run: 'run2', phase: 'started', resumes: true });
    await next.message({ conversation: 'alice', content: 'By the way' });
    host.tell({ session, run: 'run2', phase: 'finishing', resumes: true });
    await next.message({ conversation: 'alice', content: 'Once upon a time' });
    host.busy.delete(session);
    host.tell({ session, run: 'run2', phase: 'ended', text: 'Once upon a time' });
    const frames: AgentToRelay[] = [];
    do frames.push(await connection.next());
    while (!isEnd(frames.at(-1)!));
    expect(frames).toMatchObject([
      { kind: 'notice', turn, events: ['ev1'], content: 'I go on' },
      { id: turn, status: 'started' },
      { kind: 'message', content: 'By the way' },
      { kind: 'final', id: draft, turn, events: ['ev1'], content: 'Once upon a time' },
      { id: turn, status: 'ended', outcome: 'completed' },
    ]);
    expect(frames[2]).not.toHaveProperty('turn');
  });

  it('gets the answer that OpenClaw had in its queue, however long that takes', async () => {
    const agent = await agentThatCrashes();
    const { draft, turn } = await askAndBegin(agent);
    agent.host.queued.add(session);
    const { connection, host, agent: next } = await agent.comeBack();
    expect(await connection.next()).toMatchObject({ id: turn, status: 'accepted', events: ['ev1'] });
    const looks = vi.spyOn(host, 'isAnswerQueued');
    await expect.poll(() => looks.mock.calls.length).toBeGreaterThan(3);
    await next.message({ conversation: 'alice', content: 'Once upon a time' });
    host.queued.delete(session);
    expect(await connection.next()).toMatchObject({ kind: 'final', id: draft, turn, events: ['ev1'] });
    expect(await connection.next()).toMatchObject({ id: turn, status: 'ended', outcome: 'completed' });
  });

  it('gets the answer that OpenClaw was about to send, without waiting for it', async () => {
    const agent = await agentThatCrashes();
    const { draft, turn } = await askAndBegin(agent);
    agent.host.busy.add(session);
    agent.host.queued.add(session);
    agent.host.unsent.set(session, 'Once upon a time');
    const { connection } = await agent.comeBack();
    expect(await connection.next(isReply)).toMatchObject({
      kind: 'final',
      id: draft,
      turn,
      content: 'Once upon a time',
    });
    expect(await connection.next()).toMatchObject({ id: turn, status: 'ended', outcome: 'completed' });
  });

  it('asks again for what OpenClaw was about to send, where that fails', async () => {
    const agent = await agentThatCrashes();
    await askAndBegin(agent);
    agent.host.busy.add(session);
    agent.host.queued.add(session);
    const claimed = vi
      .spyOn(agent.host, 'claimAnswer')
      .mockRejectedValueOnce(new Error('database is locked'));
    claimed.mockResolvedValueOnce(undefined).mockResolvedValueOnce('Once upon a time');
    const { connection, logged } = await agent.comeBack();
    expect(await connection.next(isReply)).toMatchObject({ kind: 'final', content: 'Once upon a time' });
    expect(logged).toContain('An answer is not taken over: database is locked');
  });

  it('takes nothing for the answer where the session cannot be read', async () => {
    const agent = await agentThatCrashes();
    await askAndBegin(agent);
    agent.host.busy.add(session);
    const { connection, host, agent: next } = await agent.comeBack();
    vi.spyOn(host, 'isAnswerQueued').mockImplementation(() => {
      throw new Error('database is locked');
    });
    await next.message({ conversation: 'alice', content: 'I go on' });
    expect(await connection.next(isReply)).toMatchObject({ kind: 'notice', content: 'I go on' });
  });

  it('leaves a file that is sent meanwhile to its own message', async () => {
    const agent = await agentThatCrashes();
    await askAndBegin(agent);
    agent.host.busy.add(session);
    const { connection, agent: next } = await agent.comeBack();
    const file = { id: 'f1', name: 'cat.png', mime: 'image/png', size: 3, url: '/files/f1' };
    await next.message({ conversation: 'alice', content: 'Look', attachments: [file] });
    expect(await connection.next(isReply)).toMatchObject({ content: 'Look', attachments: [file] });
  });

  it('gets the answer that OpenClaw tells of, but could not send', async () => {
    const agent = await agentThatCrashes();
    const { draft } = await askAndBegin(agent);
    agent.host.busy.add(session);
    const { connection, host } = await agent.comeBack();
    host.tell({ session, run: 'run2', phase: 'started', resumes: true });
    host.tell({ session, run: 'run2', phase: 'ended', text: 'Once upon a time' });
    expect(await connection.next(isReply)).toMatchObject({ id: draft, content: 'Once upon a time' });
    expect(await connection.next()).toMatchObject({ outcome: 'completed' });
  });

  it('is waited for however the clock of the Gateway is set', async () => {
    const agent = await agentThatCrashes();
    const { draft } = await askAndBegin(agent);
    agent.host.busy.add(session);
    const { connection, host } = await agent.comeBack();
    const now = Date.now;
    vi.spyOn(Date, 'now').mockImplementation(() => now() + 365 * 24 * 60 * 60 * 1000);
    onTestFinished(() => void vi.restoreAllMocks());
    const looks = vi.spyOn(host, 'isBusy');
    await expect.poll(() => looks.mock.calls.length).toBeGreaterThan(5);
    host.tell({ session, run: 'run2', phase: 'started', resumes: true });
    host.tell({ session, run: 'run2', phase: 'ended', text: 'Once upon a time' });
    expect(await connection.next(isReply)).toMatchObject({ id: draft, content: 'Once upon a time' });
    expect(await connection.next()).toMatchObject({ outcome: 'completed' });
  });

  it('is silent where the run that goes on says nothing', async () => {
    const agent = await agentThatCrashes();
    await askAndBegin(agent);
    agent.host.busy.add(session);
    const { connection, host } = await agent.comeBack();
    host.tell({ session, run: 'run2', phase: 'started', resumes: true });
    host.tell({ session, run: 'run2', phase: 'ended' });
    expect(await connection.next(isEnd)).toMatchObject({ outcome: 'silent' });
  });

  it('waits for another attempt when the run fails, and fails when nothing runs any more', async () => {
    const agent = await agentThatCrashes();
    await askAndBegin(agent);
    agent.host.busy.add(session);
    const { connection, host } = await agent.comeBack();
    host.tell({ session, run: 'run2', phase: 'started', resumes: true });
    host.tell({ session, run: 'run2', phase: 'failed' });
    host.tell({ session, run: 'run3', phase: 'started', resumes: true });
    host.tell({ session, run: 'run3', phase: 'failed' });
    host.busy.delete(session);
    expect(await connection.next(isEnd)).toMatchObject({ outcome: 'failed', error: { code: 'interrupted' } });
  });

  it('does not get the answer of a question that was asked after it', async () => {
    const agent = await agentThatCrashes();
    const { turn } = await askAndBegin(agent);
    agent.host.busy.add(session);
    const { connection, host, deliver } = await agent.comeBack();
    deliver({ id: 'ev2' });
    const { listener, end } = await host.run();
    listener.onAdopted();
    listener.onStarted();
    host.tell({ session, run: 'run2', phase: 'started', resumes: false });
    host.tell({ session, run: 'run2', phase: 'ended', text: 'Later' });
    listener.onAnswer({ kind: 'final', content: 'Later' });
    end();
    host.busy.delete(session);
    const frames: AgentToRelay[] = [];
    do frames.push(await connection.next((frame) => isReply(frame) || isEnd(frame)));
    while (frames.filter(isEnd).length < 2);
    expect(frames.filter(isReply)).toMatchObject([{ content: 'Later', events: ['ev2'] }]);
    expect(frames.at(-1)).toMatchObject({ id: turn, outcome: 'failed', error: { code: 'interrupted' } });
  });

  it('takes those with it that were steered into it', async () => {
    const agent = await agentThatCrashes();
    const { turn } = await askAndBegin(agent);
    agent.deliver({ id: 'ev2' });
    (await agent.host.run()).end({ outcome: 'silent', deferred: 'steer' });
    await agent.connection.next((frame) => frame.type === 'received' && frame.events.includes('ev2'));
    agent.host.busy.add(session);
    const { connection, host, agent: next } = await agent.comeBack();
    expect(await connection.next()).toMatchObject({ id: turn, status: 'accepted', events: ['ev1', 'ev2'] });
    host.tell({ session, run: 'run2', phase: 'started', resumes: true });
    host.tell({ session, run: 'run2', phase: 'finishing', resumes: true });
    await next.message(question);
    host.tell({ session, run: 'run2', phase: 'ended', text: 'Hello' });
    expect(await connection.next(isReply)).toMatchObject({ turn, events: ['ev1', 'ev2'] });
    expect(await connection.next()).toMatchObject({ id: turn, outcome: 'completed' });
    expect(await connection.next()).toMatchObject({ events: ['ev2'], outcome: 'completed' });
  });

  it('is stopped by cancel, also before its run begins', async () => {
    const agent = await agentThatCrashes();
    const { turn } = await askAndBegin(agent);
    agent.host.busy.add(session);
    const { connection, host } = await agent.comeBack();
    connection.send({ type: 'cancel', conversation: 'alice', source: 'bob' });
    expect(await connection.next(isEnd)).toMatchObject({ id: turn, outcome: 'aborted' });
    expect(host.stopped).toEqual([]);
    host.tell({ session, run: 'run2', phase: 'started', resumes: true });
    expect(host.stopped).toEqual([session]);
  });

  it('is stopped by cancel while its run goes on', async () => {
    const agent = await agentThatCrashes();
    await askAndBegin(agent);
    agent.host.busy.add(session);
    const { connection, host } = await agent.comeBack();
    host.tell({ session, run: 'run2', phase: 'started', resumes: true });
    connection.send({ type: 'cancel', conversation: 'alice', source: 'alice' });
    expect(await connection.next(isEnd)).toMatchObject({ outcome: 'aborted' });
    expect(host.stopped).toEqual([session]);
  });
});

describe('a message that waited for the end of a run', () => {
  it('is answered within its own turn', async () => {
    const { deliver, host, connection, agent } = await connectAgent();
    deliver({});
    const { listener, end } = await host.run();
    listener.onDeferred();
    end({ outcome: 'silent', deferred: 'followup' });
    listener.onAdopted();
    host.tell({ session: sessionOf('bob'), run: 'run1', phase: 'started', resumes: false });
    connection.send({ type: 'ping', id: 'p1' });
    expect(await connection.next(({ type }) => type !== 'turn')).toEqual({ type: 'pong', id: 'p1' });
    host.tell({ session, run: 'run2', phase: 'started', resumes: false });
    await connection.next(({ type }) => type === 'received');
    host.tell({ session, run: 'run2', phase: 'finishing', resumes: false });
    await agent.message(question);
    host.tell({ session, run: 'run2', phase: 'ended', text: 'Hello' });
    listener.onSettled();
    expect(await connection.next(isReply)).toMatchObject({
      kind: 'final',
      events: ['ev1'],
      content: 'Hello',
    });
    expect(await connection.next(isEnd)).toMatchObject({ outcome: 'completed' });
  });
});

describe('a message that waited for the end of a run that goes on after a restart', () => {
  it('does not get the answer of that run', async () => {
    const { deliver, host, connection, agent } = await connectAgent();
    deliver({});
    const { listener, end } = await host.run();
    listener.onDeferred();
    end({ outcome: 'silent', deferred: 'followup' });
    connection.send({ type: 'ping', id: 'p1' });
    await connection.next(({ type }) => type === 'pong');
    host.tell({ session, run: 'run1', phase: 'started', resumes: true });
    host.tell({ session, run: 'run1', phase: 'finishing', resumes: true });
    await agent.message({ conversation: 'alice', content: 'Once upon a time' });
    host.tell({ session, run: 'run2', phase: 'started', resumes: false });
    host.tell({ session, run: 'run2', phase: 'finishing', resumes: false });
    await agent.message(question);
    expect(await connection.next(isReply)).toMatchObject({ kind: 'message', content: 'Once upon a time' });
    expect(await connection.next(isReply)).toMatchObject({
      kind: 'final',
      events: ['ev1'],
      content: 'Hello',
    });
  });
});
