import type { ErrorCode, ErrorDetails } from '@websocket-channel/protocol';

/** What a refusal says beside its code. */
interface FaultContext {
  readonly details?: ErrorDetails;
  readonly retryAfterMs?: number;
}

/** Why a file is neither stored nor handed out. */
export class FileFault extends Error {
  readonly status: number;
  readonly code: ErrorCode;
  readonly context: FaultContext;

  constructor(status: number, code: ErrorCode, message: string, context: FaultContext = {}) {
    super(message);
    this.name = 'FileFault';
    this.status = status;
    this.code = code;
    this.context = context;
  }
}

/** There is none, or the asker may not know of it: both look the same. */
export const notFound = (): FileFault => new FileFault(404, 'not_found', 'There is no such file');
