import { memoryStore, type Store } from '../../src/index.ts';

/** Waits for some turns of the event loop. */
async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise(setImmediate);
}

/** A store that takes some turns of the event loop for all that it is asked, one after the other, as a durable one does. */
export function slowStore(store: Store = memoryStore()): Store {
  let calls = 0;
  let free = Promise.resolve();
  const later = <T>(answer: () => T | PromiseLike<T>): Promise<T> => {
    free = free.then(() => turns(1 + (calls++ % 4)));
    return free.then(answer);
  };
  return {
    open: (...args) => later(() => store.open(...args)),
    release: (conversation) => store.release(conversation),
    commit: (batch) => later(() => store.commit(batch)),
    after: (...args) => later(() => store.after(...args)),
    before: (...args) => later(() => store.before(...args)),
    waiting: (...args) => later(() => store.waiting(...args)),
    received: (...args) => later(() => store.received(...args)),
    sweep: (now) => later(() => store.sweep(now)),
    close: () => later(() => store.close()),
  };
}
