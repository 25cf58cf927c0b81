/**
 * Calls back when the network comes back or the page comes into view, where there is a page.
 *
 * @returns Ends that.
 */
export function onWake(wake: () => void): () => void {
  const ends = new AbortController();
  globalThis.addEventListener?.('online', wake, ends);
  globalThis.document?.addEventListener('visibilitychange', wake, ends);
  return () => ends.abort();
}
