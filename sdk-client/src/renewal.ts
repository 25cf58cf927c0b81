/** `setTimeout` takes a longer time for none. */
const longestMs = 2 ** 31 - 1;

/** A clock that is ahead takes every token for expired; then this often is enough, in milliseconds. */
const blindMs = 60_000;

/**
 * Renews a token before it expires. Half of its time may pass before, so that neither a clock that is off nor a server that
 * has no token at the moment ends the connection.
 *
 * @param renew Fetches a token and hands it to the relay; a rejection counts as an attempt.
 * @returns Starts anew with the time when the token in force ends, in milliseconds since 1970-01-01 UTC, or stops.
 */
export function createRenewal(renew: () => Promise<void>): (expiresAt?: number) => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return function start(expiresAt) {
    clearTimeout(timer);
    timer = undefined;
    if (expiresAt === undefined) return;
    const leftMs = expiresAt - Date.now();
    timer = setTimeout(
      () => {
        // Before the answer, which may never come.
        start(expiresAt);
        renew().catch(() => {});
      },
      Math.min(Math.max(leftMs / 2, leftMs > 0 ? 1000 : blindMs), longestMs),
    );
  };
}
