import { ref } from 'vue';

const MAX_LENGTH = 1000;
const announcement = ref('');

/** What a screen reader is told, besides what has the focus: whole messages and changes of state, never single tokens. */
export const useAnnouncer = () => ({
  announcement,
  announce: (text: string) => {
    announcement.value = text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
  },
});
