/** Named listeners, each name with the type of what it is told. */
export interface Emitter<Events> {
  /** Adds a listener. @returns A function that removes it. */
  on<Name extends keyof Events>(name: Name, listener: (value: Events[Name]) => void): () => void;
  emit<Name extends keyof Events>(name: Name, value: Events[Name]): void;
}

/**
 * Makes an emitter. A listener that throws stops neither the other listeners nor the caller: its error is thrown where
 * the platform reports what nobody caught.
 */
export function createEmitter<Events>(): Emitter<Events> {
  const listeners = new Map<keyof Events, Set<(value: never) => void>>();
  return {
    on(name, listener) {
      const others = listeners.get(name) ?? new Set();
      listeners.set(name, others.add(listener));
      return () => void others.delete(listener);
    },
    emit(name, value) {
      for (const listener of new Set(listeners.get(name))) {
        try {
          listener(value as never);
        } catch (error) {
          queueMicrotask(() => {
            throw error;
          });
        }
      }
    },
  };
}
