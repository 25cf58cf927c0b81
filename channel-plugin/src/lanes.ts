/** Lets in one after the other, in the order of arrival, separately for each key. */
export interface Lanes {
  /** Waits for those before. @returns Lets the next one in; calling it again does nothing. */
  enter(key: string): Promise<() => void>;
}

/** Makes lanes; those that nobody uses take no memory. */
export function createLanes(): Lanes {
  const tails = new Map<string, Promise<void>>();
  return {
    async enter(key) {
      const before = tails.get(key);
      const { promise: tail, resolve: leave } = Promise.withResolvers<void>();
      tails.set(key, tail);
      await before;
      return () => {
        if (tails.get(key) === tail) tails.delete(key);
        leave();
      };
    },
  };
}
