import { computed, nextTick, type Ref, ref, watch } from 'vue';

/**
 * The text being written. Enter submits and Shift+Enter starts a new line; an Enter that ends the composition of an
 * input method (Chinese, Japanese, Korean …) does neither. `submit` gets the trimmed text and says whether it took it.
 *
 * @param hasMore Whether there is something to send beside the text.
 */
export function useComposer(
  field: Ref<HTMLTextAreaElement | null>,
  submit: (text: string) => boolean,
  hasMore: () => boolean = () => false,
) {
  const text = ref('');
  const canSend = computed(() => text.value.trim() !== '' || hasMore());

  function send(): void {
    if (canSend.value && submit(text.value.trim())) text.value = '';
  }

  function onKeydown(event: KeyboardEvent): void {
    if (event.key !== 'Enter' || event.shiftKey || isComposing(event)) return;
    event.preventDefault();
    send();
  }

  function fitHeight(): void {
    const element = field.value;
    if (element === null) return;
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight}px`;
  }
  watch(text, () => nextTick(fitHeight));

  return { text, canSend, send, onKeydown };
}

// Safari ends the composition before it reports the key; the key code tells that the input method took it.
const isComposing = (event: KeyboardEvent) => event.isComposing || event.keyCode === 229;
