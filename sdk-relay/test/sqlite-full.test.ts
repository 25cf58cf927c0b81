import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Appended, StoredFrame, Waiting } from '../src/index.ts';
import { pragma, translated } from '../src/store/sqlite/database.ts';
import { inspect } from '../src/store/sqlite/inspect.ts';
import { append, everything } from './support/appends.ts';
import { engineStore, foldsAlways } from './support/engine-store.ts';
import { runRelay } from './support/program.ts';
import { type Frame, RawPeer } from './support/raw-peer.ts';
import { event } from './support/running-relay.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const path = temporaryFolder();

describe('a SQLite store whose disk is full', () => {
  it.each([
    ['in batches', undefined],
    ['in blocks', foldsAlways],
  ])('refuses a whole batch, keeps what it has %s, and goes on when there is room', (name, foldBounds) => {
    const file = path(`full ${name}.db`);
    const store = engineStore(file, {}, foldBounds);
    store.open('alice', 'default');
    store.commit([append('alice', 'first')]);
    const limit = pragma(store.database, 'page_count') + 5;
    store.database.exec(`PRAGMA max_page_count = ${limit}`);
    let stored = 1;
    const attempt = () =>
      translated(file, () => {
        const batch = [
          append('alice', `r${stored}`, 'reply', 'x'.repeat(3000)),
          append('alice', `a${stored}`),
        ];
        const outcomes = store.commit(batch) as Appended[];
        stored += outcomes.filter(({ status }) => status === 'accepted').length;
      });
    expect(() => {
      for (let i = 0; i < 100; i++) attempt();
    }).toThrow(`${file} cannot grow: the disk is full`);
    const frames = store.after('alice', 0, everything) as StoredFrame[];
    expect(frames).toHaveLength(stored);
    expect(store.waiting('default', 0, everything)).toHaveLength(1 + (stored - 1) / 2);
    expect(store.open('alice')).toMatchObject({ last: stored });
    expect(attempt).toThrow('the disk is full');
    store.database.exec(`PRAGMA max_page_count = ${limit + 1000}`);
    attempt();
    store.close();
    const again = engineStore(file);
    expect(again.open('alice')).toMatchObject({ first: 1, last: stored });
    expect((again.after('alice', 0, everything) as StoredFrame[]).slice(0, -2)).toEqual(frames);
    expect(again.waiting('default', 0, everything)).toHaveLength(1 + (stored - 1) / 2);
    again.close();
  });

  it('gives up no event while it could not store that', () => {
    const store = engineStore(path('expiry.db'), { mailboxAgeMs: 1000 });
    store.open('alice', 'default');
    store.commit([append('alice', 'a1', 'event', 'x'.repeat(50_000))]);
    store.database.exec(`PRAGMA max_page_count = ${pragma(store.database, 'page_count')}`);
    const late = Date.now() + 2000;
    expect(() => store.sweep(late)).toThrow('full');
    expect((store.waiting('default', 0, everything) as Waiting[]).map(({ id }) => id)).toEqual(['a1']);
    store.database.exec('PRAGMA max_page_count = 10000');
    expect(store.sweep(late)).toEqual([{ agent: 'default', conversation: 'alice', events: ['a1'] }]);
    store.close();
  });
});

// A process may only write files up to a size that the shell sets: then writing fails as it does on a full disk.
describe.runIf(process.platform === 'linux')('a relay whose disk is full', () => {
  it('acknowledges nothing that it cannot store, says so as retryable, goes on when there is room, and ends without', async () => {
    const file = path('relay.db');
    const args = ['--port', '0', '--development', '--store', file];
    const relay = await runRelay(args, {}, { fileBlocks: 400 });
    const alice = await RawPeer.open(relay.url, 'client');
    alice.send({ type: 'hello', role: 'client', versions: [1], source: 'alice' });
    await alice.awaitFrame('attached');
    const acknowledged: string[] = [];
    const attempt = async (id: string): Promise<Frame> => {
      alice.send(event(id, { content: 'x'.repeat(60_000) }));
      let answer = await alice.nextFrame();
      while (answer.type !== 'ack' && answer.type !== 'error') answer = await alice.nextFrame();
      if (answer.type === 'ack') acknowledged.push(id);
      return answer;
    };
    let answer: Frame = { type: 'ack' };
    for (let i = 0; answer.type === 'ack' && i < 20; i++) answer = await attempt(`ev${i}`);
    expect(answer).toMatchObject({ code: 'unavailable', retryable: true });
    execFileSync('prlimit', ['--pid', String(relay.child.pid), '--fsize=unlimited']);
    expect(await attempt(answer.ref)).toMatchObject({ type: 'ack', status: 'accepted' });
    execFileSync('prlimit', ['--pid', String(relay.child.pid), '--fsize=204800']);
    expect(await attempt('last')).toMatchObject({ code: 'unavailable', retryable: true });
    relay.child.kill('SIGTERM');
    expect(await relay.exited).toBe(1);
    const unlogged = relay
      .log()
      .split('\n')
      .filter((line) => !line.startsWith('{'));
    expect(unlogged).toEqual([expect.stringContaining(file), '']);
    expect(inspect(file)).toMatchObject({ frames: acknowledged.length, faults: [] });
  });
});

describe.runIf(process.platform === 'linux')('a repair for which there is no room', () => {
  it('leaves nothing that could be taken for what was saved', async () => {
    const [file, copy] = [path('whole.db'), path('half.db')];
    const store = engineStore(file);
    store.open('alice', 'default');
    store.commit([append('alice', 'a1', 'event', 'x'.repeat(200_000))]);
    store.close();
    const repair = await runRelay(['repair', file, copy], {}, { fileBlocks: 100 });
    expect(await repair.exited).toBe(1);
    expect(repair.log()).toContain(copy);
    expect([copy, `${copy}-wal`, `${copy}-shm`].filter(existsSync)).toEqual([]);
  });
});
