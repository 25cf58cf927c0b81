import { execFileSync } from 'node:child_process';
import { mkdirSync, rmdirSync, statSync } from 'node:fs';
import { StatementSync } from 'node:sqlite';
import type { AgentToRelay } from '@websocket-channel/protocol';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { connectAgent } from './support/connected-agent.ts';
import { newRecordsFile, openRecords } from './support/new-records.ts';

describe('an agent that cannot write to its disk', () => {
  it('goes on, says so once, and says when it can again', async () => {
    const file = newRecordsFile();
    mkdirSync(file, { recursive: true });
    const { deliver, host, connection, troubles, logged } = await connectAgent({
      records: openRecords(file),
      acknowledges: false,
    });
    deliver({});
    const first = await host.run();
    first.listener.onAnswer({ kind: 'final', content: 'Hello, Alice' });
    first.end();
    const frame = await connection.next(({ type }) => type === 'received' || type === 'reply');
    expect(frame).toMatchObject({ type: 'reply', content: 'Hello, Alice' });
    expect(troubles).toEqual([expect.stringMatching(/EISDIR/)]);
    expect(logged.filter((line) => line.includes('kept in memory alone'))).toHaveLength(1);
    rmdirSync(file);
    deliver({ id: 'ev2' });
    (await host.run()).listener.onAdopted();
    await connection.next(({ type }) => type === 'received');
    expect(troubles.at(-1)).toBeUndefined();
    expect(openRecords(file).all('frames')).toHaveLength(2);
  });
});

describe.runIf(process.platform === 'linux')('an agent whose disk is full', () => {
  /** Lets no file of this process grow beyond a size, as a full disk would. */
  const limitFiles = (size: number | 'unlimited'): void =>
    void execFileSync('prlimit', ['--pid', String(process.pid), `--fsize=${size}:`]);

  it('takes over nothing that would not survive, says so, and goes on when there is room', async () => {
    const file = newRecordsFile();
    const agent = await connectAgent({ records: openRecords(file), acknowledges: false });
    const { deliver, host, connection, troubles } = agent;
    const isReceived = (frame: AgentToRelay): boolean => frame.type === 'received';
    deliver({ id: 'ev1' });
    (await host.run()).listener.onAdopted();
    await connection.next(isReceived);

    limitFiles(statSync(`${file}-wal`).size);
    onTestFinished(() => limitFiles('unlimited'));
    deliver({ id: 'ev2' });
    const { listener, end } = await host.run();
    listener.onAdopted();
    listener.onAnswer({ kind: 'final', content: 'Hello' });
    end();
    const unheard = await connection.next(({ type }) => type === 'received' || type === 'reply');
    expect(unheard).toMatchObject({ type: 'reply', events: ['ev2'] });
    expect(troubles).toEqual([expect.stringMatching(/disk/)]);
    // The relay has neither the answer nor the end, and delivers again.
    await expect.poll(() => agent.agent.connected).toBe(true);
    deliver({ id: 'ev2' });
    connection.send({ type: 'ping', id: 'p1' });
    expect(await connection.next()).toEqual({ type: 'pong', id: 'p1' });
    expect(new Set(openRecords(file).all('handled')).size).toBe(1);
    expect(openRecords(file).all('frames')).toEqual([]);

    limitFiles('unlimited');
    deliver({ id: 'ev2' });
    expect(await connection.next()).toMatchObject({ type: 'received', events: ['ev2'] });
    expect(troubles).toEqual([expect.stringMatching(/disk/), undefined]);
    expect(openRecords(file).all('handled')).toHaveLength(2);
    expect(openRecords(file).all('frames')).toHaveLength(2);
  });

  it('does not write all that waits with each change, and forgets the oldest beyond 20000', async () => {
    const file = newRecordsFile();
    const records = openRecords(file);
    const drop = (key: string) => ({ shelf: 'turns' as const, key, value: undefined });
    for (const key of ['a', 'b', 'c']) records.write({ shelf: 'turns', key, value: '' });
    limitFiles(statSync(`${file}-wal`).size);
    onTestFinished(() => limitFiles('unlimited'));
    expect(records.write(drop('a'), drop('b'), { shelf: 'turns', key: 'd', value: '' })).toBe(false);
    expect(records.write(...Array.from({ length: 19_997 }, (_, index) => drop(`past${index}`)))).toBe(false);
    const runs = vi.spyOn(StatementSync.prototype, 'run');
    onTestFinished(() => runs.mockRestore());
    expect(records.write(drop('c'))).toBe(false);
    expect(runs).not.toHaveBeenCalled();
    limitFiles('unlimited');
    expect(records.write()).toBe(true);
    expect(records.all('turns').map(([key]) => key)).toEqual(['a', 'd']);
  });

  it('answers after a crash what it had not taken over', async () => {
    const file = newRecordsFile();
    const first = await connectAgent({ records: openRecords(file) });
    limitFiles(statSync(`${file}-wal`).size);
    onTestFinished(() => limitFiles('unlimited'));
    first.deliver({ id: 'ev1' });
    const { listener } = await first.host.run();
    listener.onAdopted();
    first.crash();
    limitFiles('unlimited');
    const { relay, host } = first;
    const next = await connectAgent({ records: openRecords(file), relay, host });
    next.deliver({ id: 'ev1' });
    const again = await host.run();
    again.listener.onAnswer({ kind: 'final', content: 'Hello' });
    again.end();
    expect(await next.untilEnded('ev1')).toMatchObject([
      { status: 'accepted' },
      { type: 'reply', content: 'Hello' },
      { type: 'received' },
      { status: 'ended', outcome: 'completed' },
    ]);
  });
});
