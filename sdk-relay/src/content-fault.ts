import { limits } from '@websocket-channel/protocol';
import type { RefusalContext } from './refusal.ts';

/** What is wrong with a frame whose content is longer than this relay takes, where that is less than the protocol allows. */
export function contentFault(
  frame: { readonly type: string; readonly id?: unknown; readonly content?: unknown },
  limit: number,
): { readonly message: string; readonly context: RefusalContext } | undefined {
  const { id, content } = frame;
  if (limit >= limits.contentLength || typeof content !== 'string' || content.length <= limit)
    return undefined;
  if ([...content].length <= limit) return undefined;
  return {
    message: `/content breaks the rule maxLength (${limit})`,
    context: {
      details: { path: '/content', keyword: 'maxLength', limit },
      ...(typeof id === 'string' && { ref: id }),
    },
  };
}
