import type { AgentToRelay, ReplySubmission, Welcome } from '@websocket-channel/protocol';
import { describe, expect, it } from 'vitest';
import { connectAgent } from './support/connected-agent.ts';
import { sessionOf } from './support/fake-host.ts';
import { newRecordsFile, openRecords } from './support/new-records.ts';

describe('a message outside any turn', () => {
  it('is sent as such and waits for the relay', async () => {
    const { agent, connection } = await connectAgent({ acknowledges: false });
    const sent = agent.message({ conversation: 'alice', content: 'Good morning', id: 'm1', replyTo: 'ev1' });
    expect(await connection.next()).toEqual({
      type: 'reply',
      id: 'm1',
      conversation: 'alice',
      kind: 'message',
      content: 'Good morning',
      replyTo: 'ev1',
      timestamp: expect.any(Number),
    });
    connection.send({
      type: 'ack',
      id: 'm1',
      conversation: 'alice',
      epoch: 'ep1',
      seq: 1,
      status: 'accepted',
    });
    expect(await sent).toBe('m1');
  });

  it('waits in the outbox while the relay is away', async () => {
    const { agent, stop, restart, relay } = await connectAgent();
    await stop();
    const sent = agent.message({ conversation: 'alice', content: 'Hello', id: 'm1' });
    restart();
    const connection = await relay.connection();
    await connection.greet();
    expect(await connection.next()).toMatchObject({ kind: 'message', id: 'm1' });
    expect(await sent).toBe('m1');
  });

  it('fails when the relay refuses it', async () => {
    const { agent, connection } = await connectAgent({ acknowledges: false });
    const sent = agent.message({ conversation: 'nobody', content: 'Hello', id: 'm1' });
    await connection.next();
    connection.send({ type: 'error', code: 'forbidden', message: 'Not yours', retryable: false, ref: 'm1' });
    await expect(sent).rejects.toMatchObject({
      code: 'refused',
      message: 'The relay refuses the message: forbidden',
    });
  });

  it('is sent again when the relay asks for it', async () => {
    const { agent, connection } = await connectAgent({ acknowledges: false });
    const sent = agent.message({ conversation: 'alice', content: 'Hello', id: 'm1' });
    const first = await connection.next();
    connection.send({
      type: 'error',
      code: 'unavailable',
      message: 'Busy',
      retryable: true,
      retryAfterMs: 5,
      ref: 'm1',
    });
    expect(await connection.next()).toEqual(first);
    connection.send({
      type: 'ack',
      id: 'm1',
      conversation: 'alice',
      epoch: 'ep1',
      seq: 1,
      status: 'duplicate',
    });
    expect(await sent).toBe('m1');
  });
});

describe('a message with an id that is handed over again', () => {
  const message = { conversation: 'alice', content: 'Good morning', id: 'm1' };

  /** An agent that can crash and come back with what it left on disk. */
  async function setUp(acknowledges: boolean, welcome: Partial<Welcome> = {}) {
    const file = newRecordsFile();
    const first = await connectAgent({ records: openRecords(file), acknowledges, welcome });
    return {
      ...first,
      async comeBack() {
        first.crash();
        const { relay, host } = first;
        return await connectAgent({ records: openRecords(file), relay, host, acknowledges, welcome });
      },
    };
  }

  const says = (content: string) => (frame: AgentToRelay) =>
    frame.type === 'reply' && frame.content === content;

  it('is not sent again, whatever it says now, also by the next process', async () => {
    const { agent, connection, comeBack } = await setUp(true);
    expect(await agent.message(message)).toBe('m1');
    expect(agent.hasSent('m1')).toBe(true);
    await agent.message({ ...message, content: 'Other files' });
    await agent.message({ ...message, content: 'Something else', id: 'm2' });
    expect(await connection.next(says('Good morning'))).toMatchObject({ id: 'm1' });
    expect(await connection.next()).toMatchObject({ id: 'm2' });
    const next = await comeBack();
    expect(next.agent.hasSent('m1')).toBe(true);
    expect(await next.agent.message({ ...message, content: 'Other files' })).toBe('m1');
    await next.agent.message({ conversation: 'alice', content: 'The end' });
    expect(await next.connection.next()).toMatchObject({ content: 'The end' });
  });

  it('waits for the relay where the earlier process did not see it through', async () => {
    const { agent, connection, comeBack } = await setUp(false);
    const lost = expect(agent.message(message)).rejects.toMatchObject({ code: 'stopped' });
    await connection.next(says('Good morning'));
    const next = await comeBack();
    await lost;
    const sent = next.agent.message({ ...message, content: 'Other files' });
    next.connection.acknowledge(await next.connection.next(says('Good morning')));
    expect(await sent).toBe('m1');
  });

  it('waits for all of its pieces', async () => {
    const limits = { frameBytes: 1_048_576, contentLength: 6 };
    const { agent, comeBack } = await setUp(false, { limits });
    const lost = expect(agent.message(message)).rejects.toMatchObject({ code: 'stopped' });
    const next = await comeBack();
    await lost;
    const refused = expect(next.agent.message(message)).rejects.toMatchObject({ code: 'refused' });
    next.connection.acknowledge(await next.connection.next(says('Good ')));
    next.connection.acknowledge(await next.connection.next(says('mornin')));
    const last = await next.connection.next<ReplySubmission>(says('g'));
    next.connection.send({ type: 'error', code: 'forbidden', message: 'No', retryable: false, ref: last.id });
    await refused;
  });

  it('is sent where the relay refused it before', async () => {
    const { agent, connection } = await setUp(false);
    const refused = expect(agent.message(message)).rejects.toMatchObject({ code: 'refused' });
    await connection.next();
    connection.send({ type: 'error', code: 'forbidden', message: 'No', retryable: false, ref: 'm1' });
    await refused;
    expect(agent.hasSent('m1')).toBe(false);
    const sent = agent.message(message);
    connection.acknowledge(await connection.next(says('Good morning')));
    expect(await sent).toBe('m1');
  });

  it('is sent where the relay refused it when nobody waited for it any more', async () => {
    const { agent, connection, comeBack } = await setUp(false);
    // A relay that was never heard to acknowledge anything is not waited for.
    const earlier = agent.message({ conversation: 'alice', content: 'Hello' });
    connection.acknowledge(await connection.next(says('Hello')));
    await earlier;
    const lost = expect(agent.message(message)).rejects.toMatchObject({ code: 'stopped' });
    await connection.next(says('Good morning'));
    const next = await comeBack();
    await lost;
    await next.connection.next(says('Good morning'));
    next.connection.send({ type: 'error', code: 'forbidden', message: 'No', retryable: false, ref: 'm1' });
    await expect.poll(() => next.agent.hasSent('m1')).toBe(false);
    const sent = next.agent.message(message);
    next.connection.acknowledge(await next.connection.next(says('Good morning')));
    expect(await sent).toBe('m1');
  });

  it('is the answer that it became before, also after its turn', async () => {
    const { agent, connection, deliver, host, untilEnded } = await setUp(true);
    deliver({});
    const { listener, end } = await host.run();
    end({ outcome: 'silent', deferred: 'followup' });
    listener.onAdopted();
    await connection.next(({ type }) => type === 'received');
    host.tell({ session: sessionOf('alice'), run: 'run2', phase: 'started', resumes: false });
    host.tell({ session: sessionOf('alice'), run: 'run2', phase: 'finishing', resumes: false });
    const answer = await agent.message(message);
    listener.onSettled();
    const frames = await untilEnded('ev1');
    expect(frames.filter(({ type }) => type === 'reply')).toMatchObject([{ kind: 'final', id: answer }]);
    expect(await agent.message(message)).toBe(answer);
    await agent.message({ conversation: 'alice', content: 'The end' });
    expect(await connection.next()).toMatchObject({ content: 'The end' });
  });

  it.each([999, 1000])(
    'is remembered while %i others were sent after it, and not beyond 1000 in all',
    async (others) => {
      const { agent } = await setUp(true);
      await agent.message(message);
      await Promise.all(
        Array.from({ length: others }, (_, index) => agent.message({ ...message, id: `other${index}` })),
      );
      expect(agent.hasSent('m1')).toBe(others < 1000);
    },
  );
});
