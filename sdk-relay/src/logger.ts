/** Where the relay logs to; a `pino` logger fits. Tokens and contents are never handed to it. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

const silence = (): void => {};

/** Logs nothing. */
export const silentLogger: Logger = { debug: silence, info: silence, warn: silence, error: silence };
