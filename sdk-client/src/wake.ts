/**
 * Calls back when the network comes back or the page comes into view, where there is a page.
 *
 * @returns Ends that.
 */
export function onWake(wake: () => void): () => void {
  const ends = new AbortController();
  const { signal } = ends;
  globalThis.addEventListener?.('online', wake, { signal });
  globalThis.document?.addEventListener('visibilitychange', wake, { signal });
  return () => ends.abort();
}
