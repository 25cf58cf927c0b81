import type { ErrorCode } from '@websocket-channel/protocol';

/**
 * What a {@link ClientError} may say: `outbox_full` (too many events wait), `wrong_participant` (a kept outbox is of
 * somebody else), `closed` (the client was closed before the answer came), `invalid_url`, `protocol_violation` and `replaced` (the relay closed the connection for good), `network` (a
 * file could not be sent or fetched), or a code of the relay's `error` frame.
 */
export type ClientErrorCode =
  | 'outbox_full'
  | 'wrong_participant'
  | 'closed'
  | 'invalid_url'
  | 'protocol_violation'
  | 'replaced'
  | 'network'
  | ErrorCode
  | (string & {});

const brand: unique symbol = Symbol.for('websocket-channel.ClientError') as never;

/** The only error that the client throws or rejects with. */
export class ClientError extends Error {
  /** What went wrong, for programs. */
  readonly code: ClientErrorCode;
  /** Whether the same call may succeed later. */
  readonly retryable: boolean;

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
