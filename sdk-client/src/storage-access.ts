/** The way to a storage that may fail. */
export interface StorageAccess {
  /**
   * Does one work after the other, so that what is added and settled at once is not there in the end.
   *
   * @returns What it yields; `undefined` where it throws, which is told elsewhere.
   */
  run<T>(work: () => Promise<T>): Promise<T | undefined>;
  /** Tries nothing again until the next access. @returns Settles when all that was asked for is done. */
  close(): Promise<void>;
}

/** What is done where a storage fails. */
export interface StorageAccessSetting {
  /** Before the first access after a failure: stores what could not be stored. */
  readonly recover: () => Promise<void>;
  /** After a while. */
  readonly tryAgain: () => void;
  /** Is told after each access how it went. */
  readonly judge: (failure: { readonly error: unknown } | undefined) => void;
}

/**
 * When a storage that failed is tried again, in milliseconds, twice as late each time. A browser that clears the data of a
 * site refuses its database for a moment.
 */
const leastRetryMs = 250;
const mostRetryMs = 60_000;

/** Opens the way to a storage. */
export function accessStorage({ recover, tryAgain, judge }: StorageAccessSetting): StorageAccess {
  let isOpen = true;
  let failed = false;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let retryMs = leastRetryMs;
  let accesses = Promise.resolve();

  function plan(): void {
    if (!isOpen) return;
    retry ??= setTimeout(() => {
      retry = undefined;
      retryMs = Math.min(retryMs * 2, mostRetryMs);
      tryAgain();
    }, retryMs);
  }

  return {
    run(work) {
      isOpen = true;
      const result = accesses.then(async () => {
        try {
          if (failed) await recover();
          const value = await work();
          failed = false;
          retryMs = leastRetryMs;
          judge(undefined);
          return value;
        } catch (error) {
          failed = true;
          plan();
          judge({ error });
          return undefined;
        }
      });
      accesses = result.then(() => {});
      return result;
    },
    close() {
      isOpen = false;
      clearTimeout(retry);
      retry = undefined;
      return accesses;
    },
  };
}
