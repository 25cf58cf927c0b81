/** Where the relay logs to; a `pino` logger fits. Tokens and contents are never handed to it. */
export interface Logger {
  /** What is of interest to whoever looks for a fault. */
  debug(fields: object, message: string): void;
  /** Who came and went. */
  info(fields: object, message: string): void;
  /** What is odd, but harmless. */
  warn(fields: object, message: string): void;
  /** What failed on the relay's side: its store, a hook, or itself. */
  error(fields: object, message: string): void;
}

const silence = (): void => {};

/** Logs nothing. */
export const silentLogger: Logger = { debug: silence, info: silence, warn: silence, error: silence };
