import { computed, ref } from 'vue';

const PAGE = 200;

/** The last entries of a long list: a browser is slow to lay out thousands of rows that nobody looks at. */
export function useLatest<T>(entries: () => readonly T[]) {
  const size = ref(PAGE);
  const hidden = computed(() => Math.max(0, entries().length - size.value));
  return {
    latest: computed(() => entries().slice(hidden.value)),
    /** How many more {@link showEarlier} would show. */
    earlier: computed(() => Math.min(hidden.value, PAGE)),
    showEarlier: () => {
      size.value += PAGE;
    },
  };
}
