/**
 * Why a connection was closed. The range is the contract, so that a peer obeys codes that it has never seen:
 * after 4400–4499 it does not come back by itself, after anything else it comes back with backoff.
 */
export const closeCodes = {
  /** The first frame was not a legal `hello`, or the peer kept sending illegal frames. */
  protocolViolation: 4400,
  /** The token is missing, wrong or has expired. */
  unauthenticated: 4401,
  /** The identity may not use this relay or path. */
  forbidden: 4403,
  /** No common major version. */
  unsupportedVersion: 4406,
  /** The same agent account connected elsewhere. */
  replaced: 4409,
  /** The relay failed. */
  internal: 4500,
  /** The peer was silent for longer than the heartbeat allows. */
  heartbeatTimeout: 4501,
  /** No `hello` came in time. */
  helloTimeout: 4502,
  /** The relay is shutting down. */
  draining: 4503,
  /** The peer reads too slowly; it resumes from its cursor. */
  slowReader: 4508,
  /** Too many connections. */
  overloaded: 4529,
} as const;

/** Close codes of the protocol. */
export type CloseCode = (typeof closeCodes)[keyof typeof closeCodes];

/** Whether a peer may reconnect by itself after this close code. */
export const mayReconnect = (code: number): boolean => code < 4400 || code > 4499;
