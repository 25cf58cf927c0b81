/**
 * Why a store cannot do what it was asked:
 * - `in_use`: another process, or another store of this one, has the file open
 * - `newer`: the file was written by a newer version; it was not touched
 * - `foreign`: the file is no relay's database; it was not touched
 * - `damaged`: what is in the file contradicts itself or cannot be read
 * - `full`: there is no room on the disk
 * - `failed`: the system refused to read or write
 * - `unsupported`: this runtime lacks what the store needs
 * - `closed`: the store was closed
 */
export type StoreErrorCode =
  | 'in_use'
  | 'newer'
  | 'foreign'
  | 'damaged'
  | 'full'
  | 'failed'
  | 'unsupported'
  | 'closed';

const brand: unique symbol = Symbol.for('@websocket-channel/sdk-relay/StoreError');

/** What a store rejects with. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;
  readonly [brand] = true;

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  /** Whether the same may succeed later, without anybody changing the file or the program. */
  get retryable(): boolean {
    return this.code === 'in_use' || this.code === 'full' || this.code === 'failed';
  }
}

/** Whether a value is a {@link StoreError}, also one of another copy of this package. */
export const isStoreError = (value: unknown): value is StoreError =>
  typeof value === 'object' && value !== null && brand in value;
