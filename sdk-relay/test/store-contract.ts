import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Append, Appended, Page, Store, StoreBounds, StoredFrame } from '../src/index.ts';

const all: Page = { frames: 1000, size: 1_000_000 };

const entry = (conversation: string, id: string, type: Append['type'] = 'event', content = ''): Append => ({
  conversation,
  type,
  id,
  body: JSON.stringify({ type, id, content }).slice(0, -1),
});

const positions = (frames: readonly StoredFrame[]) => frames.map(({ seq }) => seq);

/** A text that makes one stored frame about that long. */
const filler = (length: number) => 'x'.repeat(length);

/**
 * What every store has to do. Durable stores run it as they are.
 *
 * @param make Makes an empty store with these bounds.
 */
export function describeStore(name: string, make: (bounds: StoreBounds) => Store | Promise<Store>): void {
  describe(`a store: ${name}`, () => {
    let store: Store;
    const remake = async (bounds: StoreBounds) => {
      await store.close();
      store = await make(bounds);
    };
    const commit = async (...batch: Append[]): Promise<readonly Appended[]> => store.commit(batch);
    const seqs = async (...batch: Append[]) =>
      (await commit(...batch)).map((outcome) => ('frame' in outcome ? outcome.frame.seq : outcome.status));
    const waiting = async (agent = 'default', position = 0, page = all) =>
      (await store.waiting(agent, position, page)).map(({ id }) => id);

    beforeEach(async () => {
      store = await make({});
    });
    afterEach(() => store.close());

    it('makes the log of a conversation once, and finds it again', async () => {
      expect(await store.open('alice')).toBeUndefined();
      const made = await store.open('alice', 'default');
      expect(made).toMatchObject({ agent: 'default', first: 1, last: 0 });
      expect(made?.epoch).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
      expect(await store.open('alice')).toEqual(made);
      expect(await store.open('alice', 'another')).toEqual(made);
      expect((await store.open('bob', 'default'))?.epoch).not.toBe(made?.epoch);
    });

    it('numbers the frames of each conversation 1, 2, 3 …, across batches', async () => {
      await store.open('alice', 'default');
      await store.open('bob', 'default');
      expect(await seqs(entry('alice', 'a1'), entry('bob', 'b1'), entry('alice', 'a2'))).toEqual([1, 1, 2]);
      expect(await seqs(entry('bob', 'b2'), entry('alice', 'a3'))).toEqual([2, 3]);
      expect(await store.open('alice')).toMatchObject({ first: 1, last: 3 });
    });

    it('returns frames as they are delivered, with epoch and seq', async () => {
      const { epoch } = (await store.open('alice', 'default'))!;
      const [outcome] = await commit(entry('alice', 'ev1', 'event', '世界'));
      const text = `{"type":"event","id":"ev1","content":"世界","epoch":"${epoch}","seq":1}`;
      expect(outcome).toMatchObject({ status: 'accepted', frame: { seq: 1, text } });
      expect(await store.after('alice', 0, all)).toMatchObject([{ seq: 1, text }]);
    });

    it('knows a frame again by type and id, within a batch and later', async () => {
      await store.open('alice', 'default');
      const outcomes = await commit(
        entry('alice', 'x'),
        entry('alice', 'x', 'event', 'other'),
        entry('alice', 'x', 'reply'),
      );
      expect(outcomes.map(({ status }) => status)).toEqual(['accepted', 'duplicate', 'accepted']);
      const [again] = await commit(entry('alice', 'x', 'event', 'third'));
      expect(again).toMatchObject({ status: 'duplicate', frame: { seq: 1 } });
      expect(again).toMatchObject({ frame: { text: expect.stringContaining('"content":""') } });
      expect(await store.open('alice')).toMatchObject({ last: 2 });
      await store.open('bob', 'default');
      expect(await seqs(entry('bob', 'x'))).toEqual([1]);
    });

    it('reads after a position, page by page', async () => {
      await store.open('alice', 'default');
      for (let i = 1; i <= 5; i++) await commit(entry('alice', `ev${i}`, 'reply'));
      expect(positions(await store.after('alice', 2, all))).toEqual([3, 4, 5]);
      expect(positions(await store.after('alice', 0, { frames: 2, size: 1000 }))).toEqual([1, 2]);
      expect(positions(await store.after('alice', 5, all))).toEqual([]);
      expect(positions(await store.after('nobody', 0, all))).toEqual([]);
    });

    it('reads before a position, the newest of them in order', async () => {
      await store.open('alice', 'default');
      for (let i = 1; i <= 5; i++) await commit(entry('alice', `ev${i}`, 'reply'));
      expect(positions(await store.before('alice', 4, { frames: 2, size: 1000 }))).toEqual([2, 3]);
      expect(positions(await store.before('alice', 99, { frames: 2, size: 1000 }))).toEqual([4, 5]);
      expect(positions(await store.before('alice', 1, all))).toEqual([]);
      expect(positions(await store.before('nobody', 9, all))).toEqual([]);
    });

    it('fills a page up to its size, with one frame at least', async () => {
      await store.open('alice', 'default');
      for (let i = 1; i <= 3; i++) await commit(entry('alice', `ev${i}`, 'event', filler(100)));
      const { length } = (await store.after('alice', 0, all))[0]!.text;
      for (const [size, count] of [
        [1, 1],
        [2 * length - 1, 1],
        [2 * length, 2],
      ] as const) {
        expect(await store.after('alice', 0, { frames: 9, size })).toHaveLength(count);
        expect(await store.before('alice', 9, { frames: 9, size })).toHaveLength(count);
        expect(await store.waiting('default', 0, { frames: 9, size })).toHaveLength(count);
      }
    });

    it('keeps a bounded number of frames: the oldest go, with what is known of them', async () => {
      await remake({ frames: 3 });
      await store.open('alice', 'default');
      for (let i = 1; i <= 3; i++) await commit(entry('alice', `ev${i}`, 'reply'));
      expect(await store.open('alice')).toMatchObject({ first: 1, last: 3 });
      await commit(entry('alice', 'ev4', 'reply'));
      expect(await store.open('alice')).toMatchObject({ first: 2, last: 4 });
      expect(positions(await store.after('alice', 0, all))).toEqual([2, 3, 4]);
      expect(positions(await store.before('alice', 9, all))).toEqual([2, 3, 4]);
      expect((await commit(entry('alice', 'ev2', 'reply')))[0]).toMatchObject({ status: 'duplicate' });
      expect(await seqs(entry('alice', 'ev1', 'reply'))).toEqual([5]);
    });

    it('keeps its order over many times its bound', async () => {
      await remake({ frames: 100 });
      await store.open('alice', 'default');
      for (let round = 0; round < 20; round++) {
        await commit(...Array.from({ length: 50 }, (_, i) => entry('alice', `r${round}i${i}`, 'reply')));
      }
      expect(await store.open('alice')).toMatchObject({ first: 901, last: 1000 });
      expect(positions(await store.after('alice', 0, all))).toEqual(
        Array.from({ length: 100 }, (_, i) => 901 + i),
      );
      expect((await commit(entry('alice', 'r18i0', 'reply')))[0]).toMatchObject({ frame: { seq: 901 } });
    });

    it('keeps a bounded amount of text per conversation', async () => {
      await store.open('alice', 'default');
      const { length } = (
        (await commit(entry('alice', 'ev0', 'reply', filler(500))))[0] as { frame: StoredFrame }
      ).frame.text;
      await remake({ size: 2 * length + 10 });
      await store.open('alice', 'default');
      for (let i = 1; i <= 3; i++) await commit(entry('alice', `ev${i}`, 'reply', filler(500)));
      expect(await store.open('alice')).toMatchObject({ first: 2, last: 3 });
    });

    it('keeps a bounded amount of text in all: the log that was unused for longest goes first', async () => {
      await remake({ totalSize: 2500 });
      for (const name of ['alice', 'bob', 'carol']) await store.open(name, 'default');
      await commit(entry('alice', 'a1', 'reply', filler(900)));
      await commit(entry('bob', 'b1', 'reply', filler(900)));
      await commit(entry('alice', 'a2', 'reply', filler(100)));
      await commit(entry('carol', 'c1', 'reply', filler(900)));
      expect(await store.open('bob')).toMatchObject({ first: 2, last: 1 });
      expect(await store.open('alice')).toMatchObject({ first: 1, last: 2 });
      expect(await store.open('carol')).toMatchObject({ first: 1, last: 1 });
    });

    it('keeps a bounded number of conversations: of those out of use, the one unused for longest goes', async () => {
      await remake({ conversations: 2 });
      for (const name of ['alice', 'bob', 'carol', 'dave']) {
        await store.open(name, 'default');
        await commit(entry(name, 'ev1', 'reply'));
        if (name !== 'alice') store.release(name);
      }
      expect(await store.open('alice')).toMatchObject({ first: 1, last: 1 });
      expect(await store.open('bob')).toBeUndefined();
      expect(await store.open('carol')).toBeUndefined();
      expect(await store.open('dave')).toMatchObject({ first: 1, last: 1 });
    });

    it('gives frames up by age', async () => {
      await remake({ ageMs: 1000 });
      await store.open('alice', 'default');
      await commit(entry('alice', 'ev1', 'reply'));
      const now = Date.now();
      await store.sweep(now + 900);
      expect(await store.open('alice')).toMatchObject({ first: 1, last: 1 });
      await store.sweep(now + 1100);
      expect(await store.open('alice')).toMatchObject({ first: 2, last: 1 });
    });

    it('may forget a log that nobody uses only if it keeps no frame', async () => {
      await store.open('alice', 'default');
      const kept = await store.open('bob', 'default');
      await commit(entry('bob', 'ev1', 'reply'));
      store.release('alice');
      store.release('bob');
      expect(await store.open('bob')).toMatchObject({ epoch: kept?.epoch, last: 1 });
      expect(await store.open('alice', 'other')).toMatchObject({ last: 0 });
    });

    it('puts events, and nothing else, into the mailbox of the conversation’s agent, in order', async () => {
      await store.open('alice', 'sales');
      await store.open('bob', 'support');
      const outcomes = await commit(
        entry('alice', 'a1'),
        entry('bob', 'b1'),
        entry('alice', 'r1', 'reply'),
        entry('alice', 't1', 'turn'),
        entry('alice', 'a2'),
      );
      expect(outcomes.map((outcome) => 'position' in outcome)).toEqual([true, true, false, false, true]);
      const entries = await store.waiting('sales', 0, all);
      expect(entries).toMatchObject([
        { conversation: 'alice', id: 'a1', text: expect.stringContaining('"seq":1') },
        { conversation: 'alice', id: 'a2', text: expect.stringContaining('"seq":4') },
      ]);
      expect(entries.map(({ position }) => position)).toEqual(
        outcomes.flatMap((outcome, i) => ('position' in outcome && i !== 1 ? outcome.position : [])),
      );
      expect(await waiting('sales', entries[0]!.position)).toEqual(['a2']);
      expect(await waiting('support')).toEqual(['b1']);
      expect(await waiting('nobody')).toEqual([]);
    });

    it('keeps what waits until it is received, and tells what was', async () => {
      await store.open('alice', 'default');
      await store.open('bob', 'default');
      await commit(entry('alice', 'x'), entry('bob', 'x'), entry('alice', 'y'));
      expect(await store.received('default', 'alice', ['x', 'unknown'])).toEqual(['x']);
      expect(await store.received('default', 'alice', ['x'])).toEqual([]);
      expect(await store.received('nobody', 'alice', ['y'])).toEqual([]);
      expect(await waiting()).toEqual(['x', 'y']);
      expect((await commit(entry('alice', 'x')))[0]).toMatchObject({ status: 'duplicate' });
      expect(await waiting()).toEqual(['x', 'y']);
    });

    it('answers each of many that are received at once, in the order of asking', async () => {
      await store.open('alice', 'default');
      await store.open('bob', 'support');
      await commit(entry('alice', 'x'), entry('bob', 'x'), entry('alice', 'y'));
      const asked = [
        store.received('default', 'alice', ['unknown', 'x']),
        store.received('support', 'bob', ['x', 'y']),
        store.received('default', 'alice', ['x']),
        store.commit([entry('alice', 'z')]),
        store.received('default', 'alice', ['z']),
        waiting(),
        store.commit([entry('alice', 'later')]),
        waiting(),
        store.received('default', 'alice', ['later', 'y']),
      ];
      const [alice, bob, again, , z, before, , after, later] = await Promise.all(asked);
      expect({ alice, bob, again, z }).toEqual({ alice: ['x'], bob: ['x'], again: [], z: ['z'] });
      expect({ before, after, later }).toEqual({
        before: ['y'],
        after: ['y', 'later'],
        later: ['later', 'y'],
      });
    });

    it('keeps what waits even if the log has given it up', async () => {
      await remake({ frames: 1 });
      await store.open('alice', 'default');
      await commit(entry('alice', 'ev1'), entry('alice', 'ev2'));
      expect(await waiting()).toEqual(['ev1', 'ev2']);
      expect(await store.received('default', 'alice', ['ev1'])).toEqual(['ev1']);
      expect(await waiting()).toEqual(['ev2']);
    });

    it('lets go of an event that was said again after the log had given it up as often as it waits', async () => {
      await remake({ frames: 1 });
      await store.open('alice', 'default');
      for (const id of ['x', 'y', 'x']) await commit(entry('alice', id));
      expect(await waiting()).toEqual(['x', 'y', 'x']);
      for (const _ of [1, 2]) expect(await store.received('default', 'alice', ['x'])).toEqual(['x']);
      expect(await store.received('default', 'alice', ['x'])).toEqual([]);
      expect(await waiting()).toEqual(['y']);
    });

    it('keeps the mailboxes of agents apart', async () => {
      await store.open('alice', 'sales');
      await store.open('bob', 'support');
      await commit(entry('alice', 'x'), entry('bob', 'x'));
      expect(await store.received('support', 'alice', ['x'])).toEqual([]);
      expect(await waiting('sales')).toEqual(['x']);
      expect(await waiting('support')).toEqual(['x']);
    });

    it('refuses events beyond the mailbox as if they had never come', async () => {
      await remake({ mailbox: 2 });
      await store.open('alice', 'default');
      expect(await seqs(entry('alice', 'ev1'), entry('alice', 'ev2'), entry('alice', 'ev3'))).toEqual([
        1,
        2,
        'mailbox-full',
      ]);
      expect(await seqs(entry('alice', 'rp1', 'reply'))).toEqual([3]);
      await store.received('default', 'alice', ['ev1']);
      expect(await seqs(entry('alice', 'ev3'))).toEqual([4]);
      expect(await waiting()).toEqual(['ev2', 'ev3']);
    });

    it('bounds the mailbox by its text too', async () => {
      await remake({ mailboxSize: 1500 });
      await store.open('alice', 'default');
      expect(
        await seqs(
          entry('alice', 'ev1', 'event', filler(1000)),
          entry('alice', 'ev2', 'event', filler(1000)),
        ),
      ).toEqual([1, 'mailbox-full']);
      await store.received('default', 'alice', ['ev1']);
      expect(await seqs(entry('alice', 'ev2', 'event', filler(1000)))).toEqual([2]);
    });

    it('tells what waits for too long, until it is taken out', async () => {
      await remake({ mailboxAgeMs: 1000 });
      await store.open('alice', 'default');
      await store.open('bob', 'default');
      await commit(entry('alice', 'a1'), entry('bob', 'b1'), entry('alice', 'a2'));
      const now = Date.now();
      expect(await store.sweep(now + 900)).toEqual([]);
      const expired = [...(await store.sweep(now + 1100))];
      expect(expired.sort((a, b) => a.conversation.localeCompare(b.conversation))).toEqual([
        { agent: 'default', conversation: 'alice', events: ['a1', 'a2'] },
        { agent: 'default', conversation: 'bob', events: ['b1'] },
      ]);
      expect(await waiting()).toEqual(['a1', 'b1', 'a2']);
      expect(await store.received('default', 'alice', ['a1', 'a2'])).toEqual(['a1', 'a2']);
      expect(await store.sweep(now + 1200)).toEqual([
        { agent: 'default', conversation: 'bob', events: ['b1'] },
      ]);
      expect(await waiting()).toEqual(['b1']);
    });
  });
}
