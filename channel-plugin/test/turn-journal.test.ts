import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createTurnJournal } from '../src/turn-journal.ts';
import { connectAgent, framesUntilEnded } from './support/connected-agent.ts';
import { createMemoryJournal } from './support/memory-journal.ts';
import { createMemoryOfEvents } from './support/memory-of-events.ts';

async function journalFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'turn-journal-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'deep', 'turns.json');
}
const turn = (id: string) => ({ id, conversation: 'alice', events: [`ev-${id}`] });

describe('the journal of turns', () => {
  it('gives the next process what this one did not end', async () => {
    const file = await journalFile();
    const journal = createTurnJournal(file);
    expect(await journal.leftOpen()).toEqual([]);
    await Promise.all([
      journal.note(turn('a')),
      journal.note(turn('b')),
      journal.forget('a'),
      journal.note(turn('c')),
    ]);
    expect(await createTurnJournal(file).leftOpen()).toEqual([turn('b'), turn('c')]);
    expect((await stat(file)).mode & 0o077).toBe(0);
  });

  it('keeps what was left open until it is forgotten', async () => {
    const file = await journalFile();
    await createTurnJournal(file).note(turn('a'));
    const next = createTurnJournal(file);
    await next.note(turn('b'));
    expect(await createTurnJournal(file).leftOpen()).toEqual([turn('a'), turn('b')]);
    await next.forget('a');
    expect(await createTurnJournal(file).leftOpen()).toEqual([turn('b')]);
  });

  it('writes nothing for turns that it does not know', async () => {
    const file = await journalFile();
    await createTurnJournal(file).forget('a');
    await expect(readFile(file)).rejects.toThrow(/ENOENT/);
  });

  it.each(['', 'nonsense', '{}', '[5, null, {"id":1}]'])('takes a file of %j for empty', async (text) => {
    const file = await journalFile();
    await createTurnJournal(file).note(turn('a'));
    await writeFile(file, text);
    expect(await createTurnJournal(file).leftOpen()).toEqual([]);
  });
});

describe('an agent', () => {
  it('remembers a turn from the moment that the relay need not deliver its event again, until its end is stored', async () => {
    const journal = createMemoryJournal();
    const { deliver, host, connection, untilEnded } = await connectAgent({ journal });
    deliver({});
    const { listener, end } = await host.run();
    expect(journal.turns.size).toBe(0);
    listener.onAdopted();
    await connection.next(({ type }) => type === 'received');
    expect([...journal.turns.values()]).toMatchObject([{ conversation: 'alice', events: ['ev1'] }]);
    end();
    const ended = (await untilEnded('ev1')).at(-1) as { id: string };
    expect([...journal.turns.keys()]).toEqual([ended.id]);
    connection.send({
      type: 'ack',
      id: ended.id,
      conversation: 'alice',
      epoch: 'ep1',
      seq: 2,
      status: 'accepted',
    });
    await expect.poll(() => journal.turns.size).toBe(0);
  });

  it('ends the turns that a crash cut off', async () => {
    const journal = createMemoryJournal([turn('a')]);
    const handled = createMemoryOfEvents();
    await handled.add('a');
    const { connection, restart, relay } = await connectAgent({ journal, handled });
    const ended = (await framesUntilEnded(connection, 'ev-a')).at(-1);
    expect(ended).toMatchObject({
      id: 'a',
      conversation: 'alice',
      outcome: 'failed',
      error: { code: 'interrupted', message: 'The Gateway was restarted while the agent answered' },
    });
    connection.send({
      type: 'ack',
      id: 'a',
      conversation: 'alice',
      epoch: 'ep1',
      seq: 2,
      status: 'accepted',
    });
    await expect.poll(() => journal.turns.size).toBe(0);
    restart();
    const again = await relay.connection();
    await again.greet();
    again.send({ type: 'ping', id: 'p1' });
    expect(await again.next()).toEqual({ type: 'pong', id: 'p1' });
  });

  it('leaves a turn alone whose event the relay delivers again', async () => {
    const journal = createMemoryJournal([turn('a')]);
    const { connection, deliver, host } = await connectAgent({ journal });
    await expect.poll(() => journal.turns.size).toBe(0);
    deliver({});
    await host.run();
    expect(await connection.next()).toMatchObject({ type: 'turn', status: 'accepted', events: ['ev1'] });
  });

  it('forgets a turn that ended before its event was remembered', async () => {
    const journal = createMemoryJournal();
    const { deliver, host, connection, untilEnded } = await connectAgent({ journal });
    connection.acknowledge();
    deliver({});
    (await host.run()).end();
    await untilEnded('ev1');
    await connection.next(({ type }) => type === 'received');
    await expect.poll(() => journal.turns.size).toBe(0);
  });
});
