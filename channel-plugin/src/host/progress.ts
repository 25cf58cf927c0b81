import type { RunListener } from '../host-port.ts';

/** What OpenClaw tells of one item of a run. */
interface Item {
  readonly itemId?: string;
  readonly toolCallId?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly phase?: string;
  readonly progressText?: string;
  readonly summary?: string;
  readonly title?: string;
}

/**
 * The callbacks by which OpenClaw tells how a run goes. Tools are told by their names alone: their titles hold what they are
 * used on, such as a command, which is for the operator to see.
 */
export function progressCallbacks({ progress, reasoning }: Pick<RunListener, 'progress' | 'reasoning'>) {
  if (progress === undefined) return undefined;
  return {
    // Else OpenClaw tells of tools only where the participant asked for it by `/verbose`.
    suppressDefaultToolProgressMessages: true,
    allowToolLifecycleWhenProgressHidden: true,
    commentaryProgressEnabled: true,
    onItemEvent({ itemId, toolCallId, kind, name, phase, progressText, summary, title }: Item) {
      const id = itemId ?? toolCallId ?? name ?? 'item';
      if (kind === 'preamble') {
        const text = progressText ?? summary ?? title;
        if (text) progress.preamble(id, text);
      } else if (name !== undefined) {
        progress.tool(toolCallId ?? id, name, phase !== 'end');
      }
    },
    ...(reasoning && {
      streamReasoningInNonStreamModes: true,
      onReasoningStream({ text }: { readonly text?: string | undefined }) {
        if (text) progress.reasoning(text);
      },
      onReasoningEnd: () => progress.reasoningEnd(),
    }),
  };
}
