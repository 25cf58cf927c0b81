import { afterEach, describe, expect, it, vi } from 'vitest';
import { memoryStore } from '../src/index.ts';
import { describeStore } from './store-contract.ts';
import { append } from './support/appends.ts';

describeStore('in memory', memoryStore);

describe('a store in memory, all of whose logs are in use', () => {
  afterEach(() => vi.restoreAllMocks());

  it('looks for none to forget with each frame, however many there are, until one is let go of', () => {
    const store = memoryStore({ conversations: 2 });
    const names = ['alice', 'bob', 'carol'];
    for (const name of names) store.open(name, 'default');
    const looks = vi.spyOn(Map.prototype, Symbol.iterator);
    for (const name of names) store.commit([append(name, 'ev1')]);
    expect(looks).not.toHaveBeenCalled();
    store.release('bob');
    store.commit([append('alice', 'ev2')]);
    expect(store.open('bob')).toBeUndefined();
    store.open('dave', 'default');
    looks.mockClear();
    store.commit([append('alice', 'ev3')]);
    expect(looks).not.toHaveBeenCalled();
  });
});
