/** Optional features that a peer may declare in `hello` or `welcome`. */
export const capabilities = {
  /** Reads `reply` frames of kind `delta`. */
  stream: 'stream',
  /** Reads `signal` frames. */
  signal: 'signal',
  /** Reads `receipt` frames. */
  receipt: 'receipt',
  /** Reads `signal` frames of kind `reasoning`, `preamble` and `tool`. */
  progress: 'progress',
  /** Reads the `commands` of an agent: a relay in `hello`, a client in `attached` and in `signal` frames of kind `presence`. */
  commands: 'commands',
} as const;

/** Kinds of `signal` that take the capability `progress`. */
export const progressKinds: ReadonlySet<string> = new Set(['reasoning', 'preamble', 'tool']);

/** A capability of protocol v1. */
export type Capability = (typeof capabilities)[keyof typeof capabilities];
