/** Optional features that a peer may declare in `hello` or `welcome`. */
export const capabilities = {
  /** Reads `reply` frames of kind `delta`. */
  stream: 'stream',
  /** Reads `signal` frames. */
  signal: 'signal',
  /** Reads `receipt` frames. */
  receipt: 'receipt',
} as const;

/** A capability of protocol v1. */
export type Capability = (typeof capabilities)[keyof typeof capabilities];
