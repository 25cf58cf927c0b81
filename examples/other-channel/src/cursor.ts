import type { Attached, Cursor } from '@websocket-channel/protocol';

/** Where the reader of a conversation is: what it has is not shown twice, what it lacks is asked for. */
export interface Reader {
  /** What to name in `hello` and `attach`; absent before the first attachment. */
  readonly cursor: Cursor | undefined;
  attached(frame: Attached): void;
  /** Takes a frame that has a `seq`, or says why not. */
  take(seq: number): 'new' | 'known' | 'gap';
}

/** Makes a reader that has nothing yet. */
export function createReader(): Reader {
  let cursor: Cursor | undefined;
  /** After `truncated` and `reset` the next frame is the oldest that the relay keeps, whichever that is. */
  let anyNext = false;
  return {
    get cursor() {
      return cursor;
    },
    attached({ conversation, epoch, seq, recovered }) {
      const last = cursor === undefined ? seq : recovered === 'reset' ? 0 : cursor.seq!;
      cursor = { conversation, epoch, seq: last };
      anyNext = recovered !== 'complete';
    },
    take(seq) {
      if (cursor === undefined || seq <= cursor.seq!) return 'known';
      if (seq > cursor.seq! + 1 && !anyNext) return 'gap';
      anyNext = false;
      cursor = { ...cursor, seq };
      return 'new';
    },
  };
}
