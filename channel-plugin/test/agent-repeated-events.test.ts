import type { TurnSubmission } from '@websocket-channel/protocol';
import { describe, expect, it } from 'vitest';
import { connectAgent } from './support/connected-agent.ts';

describe('an event that is delivered twice', () => {
  it('is handled once while the first is being answered', async () => {
    const { deliver, host, untilEnded, connection } = await connectAgent();
    deliver({});
    const { listener, end } = await host.run();
    deliver({});
    listener.onAdopted();
    await connection.next(({ type }) => type === 'received');
    deliver({});
    expect(await connection.next(({ type }) => type === 'received')).toMatchObject({ events: ['ev1'] });
    end();
    const frames = await untilEnded('ev1');
    expect(frames.filter(({ type }) => type === 'turn')).toHaveLength(1);
  });

  it('is handled once after the answer', async () => {
    const { deliver, host, untilEnded, connection } = await connectAgent();
    deliver({});
    (await host.run()).end();
    await untilEnded('ev1');
    const before = connection.arrivals.length;
    deliver({});
    await connection.next(({ type }) => type === 'received');
    deliver({ id: 'ev2' });
    await host.run();
    await connection.next(({ type }) => type === 'turn');
    const since = connection.arrivals.slice(before).map(({ text }) => text);
    expect(since.filter((text) => text.includes('"turn"') && text.includes('"ev1"'))).toEqual([]);
  });

  it('ends once more where the relay lost its log, and with it perhaps the answer', async () => {
    const { deliver, host, untilEnded, connection } = await connectAgent();
    deliver({});
    (await host.run()).end();
    await untilEnded('ev1');
    deliver({ epoch: 'ep2' });
    const again = await untilEnded('ev1');
    expect(again.at(-1)).toMatchObject({
      events: ['ev1'],
      outcome: 'failed',
      error: { code: 'answer_lost' },
    });
    await connection.next(({ type }) => type === 'received');
    deliver({ epoch: 'ep2' });
    deliver({ id: 'ev2', epoch: 'ep2' });
    await host.run();
    const since = (await connection.next(({ type }) => type === 'turn')) as TurnSubmission;
    expect(since.events).toEqual(['ev2']);
  });

  it('ends once more where the relay has given both up in the meantime, and stored it anew', async () => {
    const { deliver, host, untilEnded, connection } = await connectAgent();
    deliver({ epoch: 'ep1', seq: 1 });
    (await host.run()).end();
    const [{ id }] = (await untilEnded('ev1')).slice(-1) as [TurnSubmission];
    deliver({ epoch: 'ep1', seq: 1 });
    deliver({ epoch: 'ep1', seq: 901 });
    const again = (await untilEnded('ev1')).at(-1) as TurnSubmission;
    expect(again).toMatchObject({ events: ['ev1'], outcome: 'failed', error: { code: 'answer_lost' } });
    expect(again.id).not.toBe(id);
    deliver({ epoch: 'ep1', seq: 901 });
    deliver({ id: 'ev2', epoch: 'ep1', seq: 902 });
    await host.run();
    const since = (await connection.next(({ type }) => type === 'turn')) as TurnSubmission;
    expect(since.events).toEqual(['ev2']);
  });

  it('ends as it did where its end is still on its way to a relay that lost its log', async () => {
    const { deliver, host, connection, untilEnded } = await connectAgent({ acknowledges: false });
    deliver({});
    (await host.run()).end();
    await untilEnded('ev1');
    const before = connection.arrivals.length;
    deliver({ epoch: 'ep2' });
    deliver({ id: 'ev2', epoch: 'ep2' });
    await host.run();
    const since = connection.arrivals.slice(before).map(({ text }) => text);
    expect(since.filter((text) => text.includes('answer_lost'))).toEqual([]);
  });

  it('ends no more than once where a relay that lost its log has the end before the event', async () => {
    const { deliver, host, connection, untilEnded } = await connectAgent({ acknowledges: false });
    deliver({});
    (await host.run()).end();
    const { id } = (await untilEnded('ev1')).at(-1) as TurnSubmission;
    connection.send({ type: 'ack', id, conversation: 'alice', epoch: 'ep2', seq: 1, status: 'accepted' });
    deliver({ epoch: 'ep2', seq: 2 });
    deliver({ id: 'ev2', epoch: 'ep2', seq: 3 });
    const since = (await connection.next(({ type }) => type === 'turn')) as TurnSubmission;
    expect(since.events).toEqual(['ev2']);
  });

  it('ends no more than once where it was no message', async () => {
    const { deliver, connection } = await connectAgent();
    for (const epoch of ['ep1', 'ep2']) {
      deliver({ kind: 'reaction', target: 'rp0', epoch });
      expect(await connection.next()).toMatchObject({ type: 'received', events: ['ev1'] });
    }
  });

  it('is another event in another conversation', async () => {
    const { deliver, host } = await connectAgent();
    deliver({});
    deliver({ source: 'bob', conversation: 'bob' });
    const runs = [await host.run(), await host.run()];
    expect(runs.map(({ question }) => question.source).sort()).toEqual(['alice', 'bob']);
  });

  it('cannot be recognised without an id', async () => {
    const { connection, host } = await connectAgent();
    const text = '{"type":"event","source":"alice","content":"Hello","timestamp":1790000000000}';
    connection.sendText(text);
    const first = await host.run();
    first.end();
    connection.sendText(text);
    expect((await host.run()).question.id).not.toBe(first.question.id);
  });
});
