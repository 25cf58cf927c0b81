import { watchEffect } from 'vue';
import { useStored } from './useStored.ts';

const themes = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const isTheme = (value: string): value is Theme => themes.some((theme) => theme === value);
const theme = useStored<Theme>('websocket-channel.theme', 'auto', isTheme);

watchEffect(() => {
  document.documentElement.dataset.theme = theme.value;
});

/** The page's colours: as the system has them, or chosen. */
export const useTheme = () => ({
  theme,
  nextTheme: () => {
    theme.value = themes[(themes.indexOf(theme.value) + 1) % themes.length] ?? 'auto';
  },
});
