/** What tabs tell each other about one outbox. It is data that crossed from another tab, perhaps of another version. */
export type Told = { readonly type: string } & Readonly<Record<string, unknown>>;

/** One outbox that several tabs of a participant have open. */
export interface SharedOutbox {
  /** Tells the other tabs. */
  tell(told: Told): void;
  /**
   * Waits until this tab is the one that sends, and stays it until `signal` aborts or the tab dies.
   *
   * @param isForced Whether to take the lead from a tab that does not answer.
   * @param onTaken Called when another tab takes the lead from this one, which froze.
   * @returns Settles when it is; never where `signal` aborts first.
   */
  lead(signal: AbortSignal, isForced?: boolean, onTaken?: () => void): Promise<void>;
  /** Hears and tells nothing any more. */
  close(): void;
}

/** Shares an outbox with whoever opens one of the same name. */
export type ShareOutbox = (name: string, listener: (told: Told) => void) => SharedOutbox;

/**
 * Shares by Web Locks and BroadcastChannel. Where a browser lacks the locks, as outside of secure contexts, each tab sends
 * what it knows: the relay takes an id once only.
 */
export const shareBetweenTabs: ShareOutbox = (name, listener) => {
  const channel = globalThis.BroadcastChannel && new BroadcastChannel(name);
  channel?.addEventListener('message', ({ data }) => {
    if (typeof data?.type === 'string') listener(data);
  });
  return {
    tell: (told) => channel?.postMessage(told),
    lead: (signal, isForced, onTaken) =>
      new Promise((resolve) => {
        let leads = false;
        const hold = () =>
          new Promise<void>((release) => {
            if (signal.aborted) return release();
            signal.addEventListener('abort', () => release());
            leads = true;
            resolve();
          });
        const { locks } = globalThis.navigator ?? {};
        // A rejection that neither an abort nor another tab explains comes from a page that may not use locks.
        const refused = () => (leads ? onTaken?.() : resolve());
        const how = isForced ? { steal: true } : { signal };
        if (locks) locks.request(name, how, hold).catch(() => !signal.aborted && refused());
        else resolve();
      }),
    close: () => channel?.close(),
  };
};

/** For a program that is alone with its outbox. */
export const shareWithNobody: ShareOutbox = () => ({
  tell: () => {},
  lead: async () => {},
  close: () => {},
});
