import { basename } from 'node:path';
import type { Answer } from '../host-port.ts';

/** The part of OpenClaw's reply payload that the channel reads. */
export interface Payload {
  readonly text?: string | undefined;
  readonly mediaUrl?: string | undefined;
  readonly mediaUrls?: readonly string[] | undefined;
  readonly isError?: boolean | undefined;
  readonly isStatusNotice?: boolean | undefined;
  readonly isCompactionNotice?: boolean | undefined;
  readonly isFallbackNotice?: boolean | undefined;
}

/** Reads a payload of OpenClaw's, or nothing where it says nothing. */
export function answerOf(payload: Payload, kind: 'tool' | 'block' | 'final'): Answer | undefined {
  const content = [payload.text ?? '', ...mediaLines(payload)]
    .filter((part) => part.trim() !== '')
    .join('\n\n');
  if (content === '') return undefined;
  const notice = payload.isStatusNotice || payload.isCompactionNotice || payload.isFallbackNotice;
  return { kind: notice ? 'notice' : kind, content, ...(payload.isError === true && { isError: true }) };
}

/** Public files become links. Others stay where they are, and are named, so that nothing goes missing silently. */
function mediaLines({ mediaUrl, mediaUrls }: Payload): string[] {
  const urls = mediaUrls?.length ? mediaUrls : mediaUrl === undefined ? [] : [mediaUrl];
  return urls.map((url) => (/^https?:\/\//i.test(url) ? url : `📎 ${basename(url)}`));
}
