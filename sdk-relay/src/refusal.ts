import { type ErrorCode, type ErrorFrame, errorCodes } from '@websocket-channel/protocol';

/** What may be said about a refused frame beside its code. */
export type RefusalContext = Pick<ErrorFrame, 'retryAfterMs' | 'ref' | 'conversation' | 'details'>;

/** Writes an `error` frame of one of the documented codes. */
export const refusal = (code: ErrorCode, message: string, context: RefusalContext = {}): ErrorFrame => ({
  type: 'error',
  code,
  message,
  retryable: errorCodes[code].retryable,
  ...context,
});
