import type {} from '@vitest/browser-playwright';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { cdp, page, userEvent } from 'vitest/browser';
import { type App, createApp, defineComponent, h, ref, vModelText, withDirectives } from 'vue';
import { useComposer } from '../src/composables/useComposer.ts';

const submit = vi.fn<(text: string) => boolean>();
let app: App;

const Field = defineComponent(() => {
  const field = ref<HTMLTextAreaElement | null>(null);
  const { text, onKeydown } = useComposer(field, submit);
  return () =>
    withDirectives(
      h('textarea', {
        ref: field,
        rows: 1,
        'aria-label': 'Message',
        onKeydown,
        'onUpdate:modelValue': (value: string) => {
          text.value = value;
        },
      }),
      [[vModelText, text.value]],
    );
});

const textarea = () => page.getByLabelText('Message').element() as HTMLTextAreaElement;

beforeEach(() => {
  submit.mockReset().mockReturnValue(true);
  app = createApp(Field);
  app.mount(document.body.appendChild(document.createElement('main')));
  textarea().focus();
});

afterEach(() => {
  app.unmount();
  document.body.replaceChildren();
});

it('sends with Enter, starts a new line with Shift+Enter, and is empty afterwards', async () => {
  await userEvent.keyboard('one{Shift>}{Enter}{/Shift}two{Enter}');
  expect(submit.mock.calls).toEqual([['one\ntwo']]);
  await expect.poll(() => textarea().value).toBe('');
});

it('sends nothing while an input method composes, and the chosen words after it has ended', async () => {
  await userEvent.keyboard('Claw');
  const session = cdp();
  const keys: string[] = [];
  textarea().addEventListener('keydown', ({ key, isComposing }) => keys.push(`${key} ${isComposing}`));
  await session.send('Input.imeSetComposition', { text: 'nihao', selectionStart: 5, selectionEnd: 5 });
  expect(textarea().value).toBe('Clawnihao');
  for (const type of ['rawKeyDown', 'keyUp'] as const) {
    await session.send('Input.dispatchKeyEvent', {
      type,
      key: 'Enter',
      code: 'Enter',
      windowsVirtualKeyCode: 13,
    });
  }
  expect(keys).toEqual(['Enter true']);
  expect(submit).not.toHaveBeenCalled();

  await session.send('Input.insertText', { text: '你好' });
  await expect.poll(() => textarea().value).toBe('Claw你好');
  await userEvent.keyboard('{Enter}');
  expect(submit.mock.calls).toEqual([['Claw你好']]);
});

it('heeds the key code of browsers that end the composition before they report the key', () => {
  const keydown = (keyCode: number) =>
    textarea().dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', keyCode, cancelable: true }));
  textarea().value = '你好';
  textarea().dispatchEvent(new InputEvent('input'));
  expect(keydown(229)).toBe(true);
  expect(submit).not.toHaveBeenCalled();
  expect(keydown(13)).toBe(false);
  expect(submit).toHaveBeenCalledOnce();
});

it('sends no blank text, and keeps a text that was not taken', async () => {
  await userEvent.keyboard('   {Enter}');
  expect(submit).not.toHaveBeenCalled();
  submit.mockReturnValue(false);
  await userEvent.keyboard('again{Enter}');
  expect(submit.mock.calls).toEqual([['again']]);
  expect(textarea().value).toContain('again');
});

it('grows with its text and shrinks when it was sent', async () => {
  const single = textarea().offsetHeight;
  await userEvent.keyboard('1{Shift>}{Enter}{/Shift}2{Shift>}{Enter}{/Shift}3');
  await expect.poll(() => textarea().offsetHeight).toBeGreaterThan(single * 1.8);
  await userEvent.keyboard('{Enter}');
  await expect.poll(() => textarea().offsetHeight).toBeLessThanOrEqual(single + 4);
});
