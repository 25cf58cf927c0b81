/** Why something could not be done. */
export type ChannelErrorCode =
  /** The relay is not connected; nothing was written. */
  | 'offline'
  /** The outbox holds as much as it may. */
  | 'outbox_full'
  /** The relay refused the frame for good. */
  | 'refused'
  /** The relay did not say in time whether it has the frame. */
  | 'unconfirmed'
  /** The target names no conversation. */
  | 'bad_target'
  /** A file cannot be fetched or stored. */
  | 'bad_file'
  /** The channel was stopped. */
  | 'stopped';

/** A failure of this channel. */
export class ChannelError extends Error {
  readonly code: ChannelErrorCode;

  constructor(code: ChannelErrorCode, message: string) {
    super(message);
    this.name = 'ChannelError';
    this.code = code;
  }
}

/** The first line of an error's message, of bounded length: fit for a status line, without a stack. */
export function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return printable(message.split('\n', 1)[0] ?? '').slice(0, 300);
}

/** A text from elsewhere without control characters, which could forge lines of a log. */
export const printable = (text: string): string => text.replace(/\p{Cc}+/gu, ' ').trim();
