import type { ReplySubmission, Welcome } from '@websocket-channel/protocol';

/** How large one piece of text may be. */
export interface ContentBounds {
  /** Code points. */
  readonly length: number;
  /** UTF-8 bytes of the text as a JSON string, without its quotes. */
  readonly bytes: number;
}

/** Room for everything in a frame but its content and events, in bytes. */
const envelopeBytes = 1000;

/** Room for one event's id, in bytes. */
const eventBytes = 67;

/** What a relay takes as the content of one reply that names so many events, and carries files or buttons beside it. */
export const contentBounds = (
  { limits }: Pick<Welcome, 'limits'>,
  events: number,
  beside: Pick<ReplySubmission, 'attachments' | 'actions'> = {},
): ContentBounds => ({
  length: limits.contentLength,
  bytes: Math.max(
    256,
    limits.frameBytes - envelopeBytes - eventBytes * events - Buffer.byteLength(JSON.stringify(beside)),
  ),
});

/**
 * Cuts a text into pieces that fit, preferably at the end of a paragraph, a line or a word; joined, they are the text
 * again.
 */
export function splitContent(text: string, bounds: ContentBounds): string[] {
  const pieces: string[] = [];
  let rest = text;
  for (;;) {
    const end = fittingPrefix(rest, bounds);
    if (end === rest.length) return [...pieces, rest];
    const cut = niceCut(rest, end);
    pieces.push(rest.slice(0, cut));
    rest = rest.slice(cut);
  }
}

/** Bytes that a text takes within a JSON document. */
export const jsonBytes = (text: string): number => Buffer.byteLength(JSON.stringify(text)) - 2;

/** Length, in UTF-16 units, of the longest prefix that fits; at least one character, so that progress is made. */
function fittingPrefix(text: string, { length, bytes }: ContentBounds): number {
  // No character takes more than six bytes as JSON or counts more than once.
  if (text.length <= length && text.length * 6 <= bytes) return text.length;
  let points = 0;
  let used = 0;
  let end = 0;
  for (const character of text) {
    points += 1;
    used += jsonBytes(character);
    if (end > 0 && (points > length || used > bytes)) return end;
    end += character.length;
  }
  return end;
}

function niceCut(text: string, end: number): number {
  for (const boundary of ['\n\n', '\n', ' ']) {
    const at = text.lastIndexOf(boundary, end - boundary.length);
    if (at >= end / 2) return at + boundary.length;
  }
  return end;
}
