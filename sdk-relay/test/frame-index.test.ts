import { afterEach, describe, expect, it, vi } from 'vitest';
import { FrameIndex, hashOf } from '../src/store/frame-index.ts';
import { Tables } from '../src/store/sqlite/tables.ts';
import type { Append } from '../src/store/store.ts';
import { append } from './support/appends.ts';
import { engineStore, foldsAlways } from './support/engine-store.ts';
import { random } from './support/random.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

afterEach(() => vi.restoreAllMocks());

interface Frame {
  readonly type: Append['type'];
  readonly id: string;
}

const types: readonly Append['type'][] = ['event', 'reply', 'turn'];

describe('the index of a log', () => {
  it.each([
    { seed: 1, before: 0 },
    { seed: 2, before: 0 },
    { seed: 3, before: 2 ** 31 - 5000 },
    { seed: 4, before: 2 ** 32 - 5000 },
  ])('finds what a list finds, whatever is given up meanwhile (after $before frames)', ({ seed, before }) => {
    const draw = random(seed);
    const log: Frame[] = [];
    let first = before + 1;
    const index = new FrameIndex();
    for (let step = 0; step < 20_000; step++) {
      const type = types[draw(types.length)]!;
      const id = `frame-${draw(600)}`;
      const isIt = (frame: Frame | undefined) => frame?.type === type && frame.id === id;
      const listed = log.slice(first - before - 1).findIndex(isIt);
      const found = index.find(hashOf(type, id), (seq) =>
        seq >= first && isIt(log[seq - before - 1]) ? seq : undefined,
      );
      expect(found).toBe(listed === -1 ? undefined : first + listed);
      if (listed === -1) {
        log.push({ type, id });
        index.add(hashOf(type, id), before + log.length, first);
      }
      // Mostly it holds a few hundred, at times it is emptied.
      const most = draw(1000) === 0 ? 0 : 400;
      first = Math.max(first, before + log.length + 1 - most);
    }
    expect(log.length).toBeGreaterThan(10_000);
  });

  it('tells frames of one hash apart by asking', () => {
    const index = new FrameIndex();
    for (const seq of [1, 2, 3]) index.add(7, seq, 1);
    const asked: number[] = [];
    expect(index.find(7, (seq) => void asked.push(seq))).toBeUndefined();
    expect(asked.sort()).toEqual([1, 2, 3]);
    expect(index.find(7, (seq) => (seq === 2 ? 'second' : undefined))).toBe('second');
    expect(index.find(6, () => 'never asked')).toBeUndefined();
  });

  it('does not pile up what was taken back, however often a frame cannot be stored', () => {
    const index = new FrameIndex();
    index.add(6, 1, 1);
    for (let attempt = 0; attempt < 1000; attempt++) index.add(7, 2, 1);
    let asked = 0;
    index.find(7, () => void asked++);
    expect(asked).toBeLessThan(20);
    expect(index.find(6, (seq) => seq)).toBe(1);
  });
});

describe('ids that somebody chose to be of one hash', () => {
  // Each pair leads the hash from where the one before left it to one and the same number.
  const pairs = 'ZciW/bAaA J-_Z/V4AE ICcN/U2AA L64Z/PIHE YZ_W/aLkA J-_Z/V4AE'
    .split(' ')
    .map((pair) => pair.split('/'));
  const ids = Array.from({ length: 64 }, (_, i) => pairs.map((pair, bit) => pair[(i >> bit) & 1]).join(''));
  const path = temporaryFolder();

  it('cost a database no more than one look at the log', () => {
    expect(new Set(ids.map((id) => hashOf('event', id))).size).toBe(1);
    const store = engineStore(path('one-hash.db'), {}, foldsAlways);
    store.open('alice', 'default');
    const [last = '', ...others] = ids;
    for (const id of others) store.commit([append('alice', id)]);
    const looks = vi.spyOn(Tables.prototype, 'blocksFrom');
    expect(store.commit([append('alice', last)])).toMatchObject([{ status: 'accepted', frame: { seq: 64 } }]);
    expect(looks).toHaveBeenCalledTimes(1);
    for (const [i, id] of others.entries()) {
      const outcome = store.commit([append('alice', id)]);
      expect(outcome).toMatchObject([{ status: 'duplicate', frame: { seq: i + 1 } }]);
    }
    store.close();
  });
});
