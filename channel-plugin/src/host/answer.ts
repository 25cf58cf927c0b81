import { buttonTexts } from '../button-action.ts';
import { channelId } from '../channel-id.ts';
import type { Answer } from '../host-port.ts';
import { type Presentation, present } from '../presentation.ts';
import { approvalOf } from './approval.ts';

/** The part of OpenClaw's reply payload that the channel reads. */
export interface Payload {
  readonly text?: string | undefined;
  readonly mediaUrl?: string | undefined;
  readonly mediaUrls?: readonly string[] | undefined;
  readonly isError?: boolean | undefined;
  readonly presentation?: Presentation | undefined;
  /** `fallback`: the text says what the presentation says. */
  readonly presentationTextMode?: 'fallback' | undefined;
  readonly channelData?: Readonly<Record<string, unknown>> | undefined;
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
  const presentation = renderedOf(payload) ?? payload.presentation;
  const presented = presentation && present(presentation, buttonTexts);
  const isFallback = payload.presentationTextMode === 'fallback' && (presented?.content ?? '') !== '';
  const actions = presented?.actions ?? [];
  const text = isFallback ? '' : (payload.text ?? '');
  const content = join([text, presented?.content ?? '', ...urls.filter(isPublic)]);
  if (content === '' && media.length === 0 && actions.length === 0) return undefined;
  const notice = payload.isStatusNotice || payload.isCompactionNotice || payload.isFallbackNotice;
  return {
    kind: notice ? 'notice' : kind,
    content,
    media,
    ...(actions.length > 0 && { actions }),
    ...approvalOf(payload),
    ...(payload.isError === true && { isError: true }),
  };
}

/** OpenClaw writes a presentation out as text unless the channel has taken it out of the payload. */
export const renderPresentation = <P extends Payload>({
  payload: { presentation: _, ...payload },
  presentation,
}: {
  payload: P;
  presentation: Presentation;
}) => ({ ...payload, channelData: { ...payload.channelData, [channelId]: { presentation } } });

const renderedOf = ({ channelData }: Payload): Presentation | undefined =>
  (channelData?.[channelId] as { readonly presentation?: Presentation } | undefined)?.presentation;

/** Joins the parts of a text that say something. */
export const join = (parts: readonly string[]): string =>
  parts.filter((part) => part.trim() !== '').join('\n\n');

function mediaOf({ mediaUrl, mediaUrls }: Payload): readonly string[] {
  if (mediaUrls?.length) return mediaUrls;
  return mediaUrl === undefined ? [] : [mediaUrl];
}
