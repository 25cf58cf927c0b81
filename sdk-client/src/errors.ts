import type { ErrorCode } from '@websocket-channel/protocol';

/**
 * What a {@link ClientError} may say: `outbox_full` (too many events wait), `wrong_participant` (a kept outbox is of
 * somebody else), `closed` (the client was closed before the answer came), `expired` (the agent was away for too long), `truncated` (the
 * client was away for so long that the relay no longer keeps all of the answer), `network` (a file could not be sent or fetched),
 * `close_` and a close code by which the relay ended the connection for good, or a code of the relay's `error` frame.
 */
export type ClientErrorCode =
  | 'outbox_full'
  | 'wrong_participant'
  | 'closed'
  | 'expired'
  | 'truncated'
  | 'network'
  | `close_${number}`
  | ErrorCode
  | (string & {});

const brand: unique symbol = Symbol.for('websocket-channel.ClientError') as never;

/** What the client throws and rejects with; beside it, a `TypeError` for a URL or an event that is none, and the reason of a signal that aborts a file. */
export class ClientError extends Error {
  /** What went wrong, for programs. */
  declare readonly code: ClientErrorCode;
  /** Whether the same call may succeed later. */
  declare readonly retryable: boolean;

  /** Tells errors apart from those of other packages, whichever copy of this one made them. */
  readonly [brand] = true;

  constructor(code: ClientErrorCode, message: string, retryable = false) {
    super(message);
    this.name = 'ClientError';
    this.code = code;
    this.retryable = retryable;
  }
}

/** Whether a value is a {@link ClientError}, also of another copy of this package. */
export const isClientError = (value: unknown): value is ClientError =>
  (value as { readonly [brand]?: unknown } | null | undefined)?.[brand] === true;
