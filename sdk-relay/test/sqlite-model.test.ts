import { copyFileSync, existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  type Append,
  type Appended,
  memoryStore,
  type Store,
  type StoredFrame,
  type Waiting,
} from '../src/index.ts';
import { type EngineStore, engineStore } from './support/engine-store.ts';
import { random } from './support/random.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const path = temporaryFolder();
const bounds = { frames: 12, mailbox: 8 };
const conversations = ['alice', 'alice/work', 'bob', 'carol'];
const agentOf = (conversation: string) => (conversation.startsWith('alice') ? 'sales' : 'support');

/** What both stores have to agree on: epochs and positions are their own. */
const withoutEpoch = ({ seq, text }: StoredFrame) => ({ seq, text: text.replace(/"epoch":"[^"]*"/, '') });
const comparable = (outcome: Appended) =>
  'frame' in outcome ? { status: outcome.status, frame: withoutEpoch(outcome.frame) } : outcome;

class Twins {
  readonly model: Store = memoryStore(bounds);
  readonly #seed: number;
  #generation = 0;
  #store: EngineStore;

  constructor(seed: number) {
    this.#seed = seed;
    this.#store = this.#reopen();
    this.#openAll();
  }

  /** Ends the process, as a SIGKILL does: the next one finds the file and its log as they are at this moment. */
  crash(): void {
    this.#store.engine.record();
    const [from, to] = [this.#file(), this.#file(this.#generation + 1)];
    for (const suffix of ['', '-wal'])
      if (existsSync(from + suffix)) copyFileSync(from + suffix, to + suffix);
    this.#store.close();
    this.#generation++;
    this.#store = this.#reopen();
    this.#openAll();
  }

  restart(): void {
    this.#store.close();
    this.#store = this.#reopen();
    this.#openAll();
  }

  same(ask: (store: Store) => unknown): void {
    expect(ask(this.#store)).toEqual(ask(this.model));
  }

  /** The newest positions, by which a mailbox is read, differ between the stores. */
  sameWaiting(agent: string, skipped: number, frames: number): void {
    const read = (store: Store) => {
      const all = store.waiting(agent, 0, { frames: 1000, size: 1e6 }) as readonly Waiting[];
      const after = all[skipped - 1]?.position ?? 0;
      const page = store.waiting(agent, after, { frames, size: 1e6 }) as readonly Waiting[];
      return page.map(({ conversation, id }) => `${conversation} ${id}`);
    };
    this.same(read);
  }

  close(): void {
    this.#store.close();
  }

  #file(generation = this.#generation): string {
    return path(`${this.#seed}-${generation}.db`);
  }

  #reopen(): EngineStore {
    const store = engineStore(this.#file(), bounds, { frames: 1 + (this.#seed % 20), size: 100_000 });
    // Whether power fails is no part of this; the rest is done as ever.
    store.database.exec('PRAGMA synchronous = OFF');
    return store;
  }

  #openAll(): void {
    for (const name of conversations) {
      this.same((store) => {
        const { first, last, agent } = store.open(name, agentOf(name)) as {
          first: number;
          last: number;
          agent: string;
        };
        return { first, last, agent };
      });
    }
  }
}

function play(seed: number): void {
  const pick = random(seed);
  const twins = new Twins(seed);
  const anyone = () => conversations[pick(conversations.length)]!;
  const types = ['event', 'reply', 'turn'] as const;
  const append = (): Append => {
    const [type, id] = [types[pick(3)]!, `id${pick(60)}`];
    return {
      conversation: anyone(),
      type,
      id,
      body: `{"type":"${type}","id":"${id}","content":"${pick(9)}世"`,
    };
  };
  for (let step = 0; step < 120; step++) {
    const [name, place, frames] = [anyone(), pick(60), 1 + pick(9)];
    switch (pick(10)) {
      case 0:
        twins.same((store) =>
          (store.after(name, place, { frames, size: 1e6 }) as StoredFrame[]).map(withoutEpoch),
        );
        break;
      case 1:
        twins.same((store) =>
          (store.before(name, place, { frames, size: 1e6 }) as StoredFrame[]).map(withoutEpoch),
        );
        break;
      case 2:
        twins.sameWaiting(agentOf(name), pick(4), frames);
        break;
      case 3: {
        const events = [`id${pick(60)}`, `id${pick(60)}`, `id${pick(60)}`];
        twins.same((store) => store.received(agentOf(name), name, events));
        break;
      }
      case 4:
        [() => twins.crash(), () => twins.restart(), () => twins.same((store) => store.sweep(Date.now()))][
          pick(3)
        ]!();
        break;
      default: {
        const batch = Array.from({ length: 1 + pick(8) }, append);
        twins.same((store) => (store.commit(batch) as Appended[]).map(comparable));
      }
    }
  }
  twins.close();
}

describe('a SQLite store', () => {
  it.each(Array.from({ length: 30 }, (_, seed) => seed))(
    'does what one in memory does, through crashes and restarts (seed %i)',
    (seed) => play(seed),
  );
});
