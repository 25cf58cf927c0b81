import { type Ref, ref, watch } from 'vue';

/** A value that survives a reload. What is stored but not `valid` counts as absent. */
export function useStored<T extends string>(
  key: string,
  fallback: T,
  valid: (stored: string) => stored is T,
): Ref<T> {
  const value = ref(recall(key, valid) ?? fallback) as Ref<T>;
  watch(value, (now) => remember(key, now), { flush: 'sync' });
  return value;
}

/** What is stored, if it is `valid`, in a storage that is not blocked. */
export function recall<T extends string>(key: string, valid: (stored: string) => stored is T): T | undefined {
  try {
    const stored = localStorage.getItem(key);
    return stored !== null && valid(stored) ? stored : undefined;
  } catch {
    return undefined;
  }
}

/** Stores a value at once. */
export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // A browser that forbids storage still gets a working page, which forgets.
  }
}
