import type { Defects } from '../defects.ts';

/** Whom a token names. */
export interface TokenHolder {
  readonly role: 'client' | 'agent';
  readonly source: string;
  readonly expiresAt?: number;
}

export interface ReferenceRelayOptions {
  readonly has: Defects;
  readonly helloMs: number;
  readonly intervalMs: number;
  readonly graceMs: number;
  /** Who may come in; absent lets guests in. */
  readonly tokens?: ReadonlyMap<string, TokenHolder>;
  /** Events that wait for the agent. */
  readonly mailbox: number;
  /** Events per participant in ten seconds. */
  readonly burst: number;
  /** Frames kept per conversation. */
  readonly kept: number;
  readonly keepsFiles: boolean;
  /** Bytes that may wait for one reader. */
  readonly bufferedBytes: number;
}

/** Deadlines short enough for tests, bounds small enough to be reached. */
export const quick: Omit<ReferenceRelayOptions, 'has'> = {
  helloMs: 1000,
  intervalMs: 1000,
  graceMs: 1000,
  mailbox: 60,
  burst: 40,
  kept: 1000,
  keepsFiles: true,
  bufferedBytes: 1_000_000,
};
