/** How many ids of each sort a checker remembers, so that a connection of any length costs a bounded amount. */
export const rememberedIds = 10_000;

/** A map that forgets its oldest entry when it is full. */
export function createMemory<V>(size = rememberedIds) {
  const entries = new Map<string, V>();
  return {
    get: (key: string): V | undefined => entries.get(key),
    has: (key: string): boolean => entries.has(key),
    delete: (key: string): boolean => entries.delete(key),
    set(key: string, value: V): V {
      entries.set(key, value);
      if (entries.size > size) entries.delete(entries.keys().next().value as string);
      return value;
    },
  };
}

/** The key of an id within its conversation. */
export const keyOf = (conversation: string, id: string): string => `${conversation}\n${id}`;
