import { describe, expect, it } from 'vitest';
import { connectAgent } from './support/connected-agent.ts';

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

  it('fails before anything is written while the relay is away', async () => {
    const { agent, stop, connection } = await connectAgent();
    await stop();
    await connection.closed;
    await expect(agent.message({ conversation: 'alice', content: 'Hello', id: 'm1' })).rejects.toMatchObject({
      code: 'offline',
    });
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
