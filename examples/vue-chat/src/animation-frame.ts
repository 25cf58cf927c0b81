// A hidden page draws no frames; there a timer keeps the state fresh, so that titles and announcements go on.
const HIDDEN_INTERVAL_MS = 250;

/** Calls `task` at most once per animation frame, however often it is asked to. */
export function oncePerFrame(task: () => void): { request(): void; cancel(): void } {
  let cancelPending: (() => void) | undefined;
  const run = () => {
    cancelPending = undefined;
    task();
  };
  return {
    request() {
      if (cancelPending !== undefined) return;
      if (document.hidden) {
        const timer = setTimeout(run, HIDDEN_INTERVAL_MS);
        cancelPending = () => clearTimeout(timer);
      } else {
        const frame = requestAnimationFrame(run);
        cancelPending = () => cancelAnimationFrame(frame);
      }
    },
    cancel() {
      cancelPending?.();
      cancelPending = undefined;
    },
  };
}
