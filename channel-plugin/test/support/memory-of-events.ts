import type { HandledEvents } from '../../src/handled-events.ts';

/** Handled events that are forgotten when the test ends. */
export function createMemoryOfEvents(): HandledEvents & { readonly keys: ReadonlySet<string> } {
  const keys = new Set<string>();
  return {
    keys,
    ready: Promise.resolve(),
    has: (key) => keys.has(key),
    async add(key) {
      keys.add(key);
    },
  };
}
