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

/** An answer, and the files that are still to be stored for it. */
export interface AnswerWithMedia extends Answer {
  /** Paths in the Gateway's own file system. */
  readonly media: readonly string[];
}

/** Reads a payload of OpenClaw's, or nothing where it says nothing. Public files become links. */
export function answerOf(payload: Payload, kind: 'tool' | 'block' | 'final'): AnswerWithMedia | undefined {
  const urls = mediaOf(payload);
  const isPublic = (url: string): boolean => /^https?:\/\//i.test(url);
  const media = urls.filter((url) => !isPublic(url));
  const content = join([payload.text ?? '', ...urls.filter(isPublic)]);
  if (content === '' && media.length === 0) return undefined;
  const notice = payload.isStatusNotice || payload.isCompactionNotice || payload.isFallbackNotice;
  return {
    kind: notice ? 'notice' : kind,
    content,
    media,
    ...(payload.isError === true && { isError: true }),
  };
}

/** Joins the parts of a text that say something. */
export const join = (parts: readonly string[]): string =>
  parts.filter((part) => part.trim() !== '').join('\n\n');

function mediaOf({ mediaUrl, mediaUrls }: Payload): readonly string[] {
  if (mediaUrls?.length) return mediaUrls;
  return mediaUrl === undefined ? [] : [mediaUrl];
}
