import { onScopeDispose, ref } from 'vue';
import { copyText } from '../clipboard.ts';

const FEEDBACK_MS = 1600;

/** Copies a text and says for a moment how it went. */
export function useCopy() {
  const outcome = ref<'idle' | 'copied' | 'failed'>('idle');
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function copy(text: string): Promise<void> {
    outcome.value = (await copyText(text)) ? 'copied' : 'failed';
    clearTimeout(timer);
    timer = setTimeout(() => {
      outcome.value = 'idle';
    }, FEEDBACK_MS);
  }

  onScopeDispose(() => clearTimeout(timer));
  return { outcome, copy };
}
