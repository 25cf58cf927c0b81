import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { StoredFrame, Waiting } from '../src/index.ts';
import { isStoreError } from '../src/sqlite.ts';
import { pageBytes, translated } from '../src/store/sqlite/database.ts';
import { inspect } from '../src/store/sqlite/inspect.ts';
import { repair } from '../src/store/sqlite/repair.ts';
import { append, everything } from './support/appends.ts';
import { engineStore } from './support/engine-store.ts';
import { random } from './support/random.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const path = temporaryFolder();
const conversations = Array.from({ length: 8 }, (_, i) => `participant-${i}`);

/** A file with blocks, with batches that are in no block yet, and with events that wait in both. */
function populate(file: string): void {
  const [live, pick] = [path('live.db'), random(7)];
  const store = engineStore(live);
  for (const name of conversations) store.open(name, 'default');
  for (let round = 0; round < 60; round++) {
    store.commit(
      Array.from({ length: 8 }, (_, i) => {
        const type = (['event', 'reply', 'turn'] as const)[pick(3)]!;
        const length = pick(10) === 0 ? 9000 : pick(600);
        return append(conversations[pick(8)]!, `r${round}i${i}`, type, '世'.repeat(length));
      }),
    );
    const [oldest] = store.waiting('default', 0, { frames: 1, size: 1 }) as Waiting[];
    if (oldest !== undefined && pick(3) === 0) store.received('default', oldest.conversation, [oldest.id]);
    if (round === 30 || round === 45) store.sweep(Date.now());
  }
  store.database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  copyFileSync(live, file);
  store.close();
}

/** All that a store says, or that it is damaged. Nothing else may come of a damaged file. */
function contentOf(
  file: string,
): { logs: Map<string, readonly StoredFrame[]>; waiting: readonly Waiting[] } | 'damaged' {
  const logs = new Map<string, readonly StoredFrame[]>();
  try {
    const store = translated(file, () => engineStore(file));
    try {
      return translated(file, () => {
        for (const name of conversations) {
          if (store.open(name) !== undefined)
            logs.set(name, store.after(name, 0, everything) as StoredFrame[]);
        }
        return { logs, waiting: store.waiting('default', 0, everything) as Waiting[] };
      });
    } finally {
      store.database.close();
    }
  } catch (error) {
    if (isStoreError(error) && (error.code === 'damaged' || error.code === 'foreign')) return 'damaged';
    throw error;
  }
}

/** Damages a file in one of the ways in which disks do. */
function damage(bytes: Buffer, pick: (below: number) => number): Buffer {
  const page = pick(bytes.length / pageBytes) * pageBytes;
  switch (pick(5)) {
    case 0:
      // An empty file is a new one.
      return bytes.subarray(0, Math.max(page, pageBytes));
    case 1:
      bytes.fill(0, page, page + pageBytes);
      return bytes;
    case 2:
      for (let at = page; at < page + pageBytes; at++) bytes[at] = pick(256);
      return bytes;
    case 3:
      bytes.copyWithin(page, pick(bytes.length / pageBytes) * pageBytes, page + pageBytes);
      return bytes;
    default: {
      const at = pick(bytes.length);
      bytes[at] = bytes[at]! ^ (1 << pick(8));
      return bytes;
    }
  }
}

const texts = (frames: readonly StoredFrame[] = []) => frames.map(({ text }) => text);
const bodies = (frames: readonly StoredFrame[] = []) =>
  frames.map(({ text }) => text.replace(/,"epoch":"[^"]*","seq":\d+}$/, ''));

describe('a damaged database', () => {
  it('is never taken for a sound one, and what is left of it can be saved', () => {
    const sound = path('sound.db');
    populate(sound);
    const original = contentOf(sound);
    if (original === 'damaged') throw new Error('the file is damaged from the beginning');
    expect(inspect(sound)).toMatchObject({ conversations: 8, frames: 480, faults: [] });
    let [refused, saved] = [0, 0];
    for (let seed = 0; seed < 32; seed++) {
      const file = path(`damaged-${seed}.db`);
      writeFileSync(file, damage(readFileSync(sound), random(seed)));
      const before = readFileSync(file);
      const found = contentOf(file);
      writeFileSync(file, before);
      if (found !== 'damaged') {
        expect(found, `seed ${seed}`).toEqual(original);
        continue;
      }
      refused++;
      saved += salvageOf(file, original.logs, seed);
      expect(readFileSync(file).equals(before), `seed ${seed}: the damaged file was changed`).toBe(true);
    }
    expect(refused).toBeGreaterThan(20);
    expect(saved / refused).toBeGreaterThan(350);
  }, 60_000);

  it('harms only the conversation that is damaged', () => {
    const store = engineStore(path('one.db'));
    for (const name of ['alice', 'bob']) {
      store.open(name, 'default');
      store.commit([append(name, 'r1', 'reply'), append(name, 'r2', 'reply')]);
    }
    store.sweep(Date.now());
    const [flipped] = store.database.prepare('SELECT frames FROM blocks WHERE conversation = 1').all();
    const bytes = flipped?.frames as Uint8Array;
    bytes[20]! ^= 1;
    store.database.prepare('UPDATE blocks SET frames = ? WHERE conversation = 1').run(bytes);
    const read = (name: string) => translated('one.db', () => store.after(name, 0, everything));
    expect(() => read('alice')).toThrow('one.db is damaged (a checksum does not fit)');
    expect(() => translated('one.db', () => store.before('alice', 9, everything))).toThrow(
      'one.db is damaged',
    );
    expect(read('bob')).toHaveLength(2);
    expect(store.commit([append('alice', 'r3', 'reply')])).toMatchObject([{ frame: { seq: 3 } }]);
    store.close();
  });

  it('is not looked into while a relay has it, nor copied over another file', () => {
    const file = path('busy.db');
    const store = engineStore(file);
    store.open('alice', 'default');
    expect(() => inspect(file)).toThrow('is in use');
    expect(() => repair(file, path('copy.db'))).toThrow('is in use');
    store.close();
    expect(() => repair(file, file)).toThrow(`There is a file ${file} already`);
    expect(() => inspect(path('nowhere.db'))).toThrow('There is no file');
  });

  it('is looked into as it was left by a crash', () => {
    const [file, live] = [path('crashed.db'), path('crashing.db')];
    const store = engineStore(live);
    store.open('alice', 'sales');
    store.commit([append('alice', 'a1'), append('alice', 'r1', 'reply')]);
    for (const suffix of ['', '-wal']) copyFileSync(live + suffix, file + suffix);
    store.close();
    const log = readFileSync(`${file}-wal`);
    expect(inspect(file)).toMatchObject({ version: 1, conversations: 1, frames: 2, faults: [] });
    expect(inspect(file).waiting).toEqual(new Map([['sales', 1]]));
    expect(repair(file, path('crash-repaired.db'))).toMatchObject({
      frames: 2,
      waiting: 1,
      losses: [],
      torn: [],
    });
    expect(readFileSync(`${file}-wal`).equals(log)).toBe(true);
    const repaired = engineStore(path('crash-repaired.db'));
    expect(repaired.open('alice')).toMatchObject({ agent: 'sales', last: 2 });
    expect(repaired.waiting('sales', 0, everything)).toMatchObject([{ id: 'a1' }]);
    repaired.close();
  });

  it('that holds something twice, since the disk lost a write, is repaired without doubling it', () => {
    const file = path('twice.db');
    const store = engineStore(file);
    const { epoch } = store.open('alice', 'sales') as { epoch: string };
    store.commit([append('alice', 'a1'), append('alice', 'r1', 'reply')]);
    const [batch] = store.database.prepare('SELECT * FROM batches').all();
    store.sweep(Date.now());
    const again = store.database.prepare('INSERT INTO batches VALUES ($position, $at, $content)');
    again.run(batch as Record<string, number | Uint8Array>);
    store.close();
    expect(inspect(file).faults).toEqual([expect.stringContaining('out of place')]);
    expect(repair(file, path('once.db'))).toMatchObject({ frames: 2, waiting: 1, losses: [], torn: [] });
    const repaired = engineStore(path('once.db'));
    expect(repaired.open('alice')).toMatchObject({ epoch, first: 1, last: 2 });
    expect(repaired.waiting('sales', 0, everything)).toMatchObject([{ id: 'a1' }]);
    repaired.close();
  });

  it('that holds frames of nobody, beside those of a conversation of the same name, is repaired without mixing them', () => {
    const file = path('stray.db');
    const store = engineStore(file);
    const { epoch } = store.open('alice', 'sales') as { epoch: string };
    const body = '{"type":"event","id":"a1","conversation":"alice"';
    store.commit([{ ...append('alice', 'a1'), body }]);
    store.sweep(Date.now());
    const columns = 'last, count, size, at, hashes, frames';
    store.database.exec(`INSERT INTO blocks (conversation, ${columns}) SELECT 99, ${columns} FROM blocks`);
    store.close();
    expect(repair(file, path('sorted.db'))).toMatchObject({
      conversations: 2,
      frames: 2,
      losses: [{ conversation: 'unnamed/99', lost: 0, kept: 1, isAgentUnknown: true }],
    });
    const repaired = engineStore(path('sorted.db'));
    expect(repaired.open('alice')).toMatchObject({ epoch, agent: 'sales', first: 1, last: 1 });
    repaired.close();
  });

  it('that lost frames goes on under a new epoch', () => {
    const file = path('holed.db');
    const store = engineStore(file);
    const { epoch } = store.open('alice', 'sales') as { epoch: string };
    for (let round = 1; round <= 3; round++) {
      store.commit([append('alice', `a${round}`), append('alice', `r${round}`, 'reply')]);
      store.sweep(Date.now());
    }
    store.database.exec('DELETE FROM blocks WHERE last = 4');
    store.close();
    expect(inspect(file).faults).toEqual([expect.stringMatching(/^conversation alice: .*missing/)]);
    expect(repair(file, path('filled.db'))).toMatchObject({
      frames: 4,
      losses: [{ conversation: 'alice', lost: 2, kept: 4, isAgentUnknown: false }],
    });
    const repaired = engineStore(path('filled.db'));
    const state = repaired.open('alice') as { epoch: string };
    expect(state).toMatchObject({ agent: 'sales', first: 1, last: 4 });
    expect(state.epoch).not.toBe(epoch);
    const frames = (repaired.after('alice', 0, everything) as StoredFrame[]).map(({ text }) =>
      JSON.parse(text),
    );
    expect(frames.map(({ id, seq }) => `${id} ${seq}`)).toEqual(['a1 1', 'r1 2', 'a3 3', 'r3 4']);
    expect((repaired.waiting('sales', 0, everything) as Waiting[]).map(({ id }) => id)).toEqual([
      'a1',
      'a2',
      'a3',
    ]);
    repaired.close();
  });
});

/** Repairs a file and compares. @returns How many frames were saved. */
function salvageOf(
  file: string,
  original: ReadonlyMap<string, readonly StoredFrame[]>,
  seed: number,
): number {
  const target = file.replace('damaged', 'repaired');
  let report: ReturnType<typeof repair>;
  try {
    report = repair(file, target);
  } catch (error) {
    expect(error, `seed ${seed}`).toMatchObject({ code: expect.stringMatching(/^(damaged|foreign)$/) });
    return 0;
  }
  expect(inspect(target), `seed ${seed}`).toMatchObject({
    conversations: report.conversations,
    frames: report.frames,
    faults: [],
  });
  const repaired = contentOf(target);
  if (repaired === 'damaged') throw new Error(`seed ${seed}: the repaired file is damaged`);
  const losers = new Set(report.losses.map(({ conversation }) => conversation));
  for (const [name, frames] of original) {
    const kept = repaired.logs.get(name);
    if (kept !== undefined && !losers.has(name)) expect(texts(kept), `seed ${seed}`).toEqual(texts(frames));
    const known = new Set(bodies(frames));
    expect(
      bodies(kept).filter((body) => !known.has(body)),
      `seed ${seed}`,
    ).toEqual([]);
    const isTold = kept !== undefined || report.torn.includes('conversations');
    expect(isTold, `seed ${seed}: ${name} is gone without a word`).toBe(true);
  }
  return report.frames;
}
