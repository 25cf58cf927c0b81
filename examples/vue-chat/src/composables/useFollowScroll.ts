import { onBeforeUnmount, onMounted, type Ref, ref } from 'vue';

// Sub-pixel layouts never scroll to the very end, and a reader this close to it means the end.
const NEAR_END_PX = 40;

/**
 * Keeps the end of a growing list in sight, until the reader scrolls up. `content` is the element that grows inside the
 * scrolling `viewport`; `onStart` is called when the reader comes to its start.
 */
export function useFollowScroll(
  viewport: Ref<HTMLElement | null>,
  content: Ref<HTMLElement | null>,
  onStart: () => void = () => {},
) {
  const following = ref(true);
  let lastTop = 0;

  function toLatest(): void {
    following.value = true;
    const element = viewport.value;
    if (element !== null) element.scrollTop = element.scrollHeight;
  }

  function onScroll(): void {
    const element = viewport.value;
    if (element === null) return;
    const { scrollTop, scrollHeight, clientHeight } = element;
    if (scrollHeight - clientHeight - scrollTop <= NEAR_END_PX) following.value = true;
    // Only a movement upwards is the reader's: downwards the list moves by itself.
    else if (scrollTop < lastTop) {
      following.value = false;
      if (scrollTop < NEAR_END_PX) onStart();
    }
    lastTop = scrollTop;
  }

  /** What is in sight stays where it is while the list grows at its start. */
  async function keepPlace(grow: () => Promise<void>): Promise<void> {
    const element = viewport.value;
    const below = element === null ? 0 : element.scrollHeight - element.scrollTop;
    await grow();
    if (element !== null && !following.value) element.scrollTop = element.scrollHeight - below;
  }

  const growth = new ResizeObserver(() => {
    if (following.value) toLatest();
  });

  onMounted(() => {
    viewport.value?.addEventListener('scroll', onScroll, { passive: true });
    for (const element of [viewport.value, content.value]) if (element !== null) growth.observe(element);
  });
  onBeforeUnmount(() => {
    viewport.value?.removeEventListener('scroll', onScroll);
    growth.disconnect();
  });

  return { following, toLatest, keepPlace };
}
