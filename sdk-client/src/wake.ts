/**
 * Calls back when the network comes back or the page is looked at again, where there is a page.
 *
 * @returns Ends that.
 */
export function onWake(wake: () => void): () => void {
  const page = globalThis.document as Document | undefined;
  const visible = () => {
    if (page?.visibilityState === 'visible') wake();
  };
  globalThis.addEventListener?.('online', wake);
  page?.addEventListener('visibilitychange', visible);
  return () => {
    globalThis.removeEventListener?.('online', wake);
    page?.removeEventListener('visibilitychange', visible);
  };
}
