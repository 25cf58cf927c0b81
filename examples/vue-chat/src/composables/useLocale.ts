import { computed, watchEffect } from 'vue';
import { en, type Texts } from '../i18n/en.ts';
import { zh } from '../i18n/zh.ts';
import { useStored } from './useStored.ts';

export type Locale = 'en' | 'zh';

const texts: Record<Locale, Texts> = { en, zh };
const tags: Record<Locale, string> = { en: 'en', zh: 'zh-CN' };

const isLocale = (value: string): value is Locale => value === 'en' || value === 'zh';
const preferred: Locale = navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';

const locale = useStored('websocket-channel.locale', preferred, isLocale);
const other = computed<Locale>(() => (locale.value === 'en' ? 'zh' : 'en'));
const t = computed(() => texts[locale.value]);
const tag = computed(() => tags[locale.value]);

watchEffect(() => {
  document.documentElement.lang = tag.value;
});

/** The page's language: its texts as `t`, its BCP 47 `tag` for dates and numbers. */
export const useLocale = () => ({
  locale,
  t,
  tag,
  other: computed(() => ({ locale: other.value, tag: tags[other.value], name: texts[other.value].language })),
  switchLocale: () => {
    locale.value = other.value;
  },
});
