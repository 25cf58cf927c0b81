import { afterEach, expect, test, vi } from 'vitest';
import { onWake } from '../src/wake.ts';

afterEach(() => vi.unstubAllGlobals());

test('the network and the page wake the client until it is closed', () => {
  const [page, document] = [new EventTarget(), new EventTarget()];
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
  vi.stubGlobal('document', document);
  const wake = vi.fn();
  const end = onWake(wake);
  page.dispatchEvent(new Event('online'));
  document.dispatchEvent(new Event('visibilitychange'));
  expect(wake).toHaveBeenCalledTimes(2);
  end();
  page.dispatchEvent(new Event('online'));
  document.dispatchEvent(new Event('visibilitychange'));
  expect(wake).toHaveBeenCalledTimes(2);
});

test('nothing is needed where there is no page', () => {
  expect(() => onWake(() => {})()).not.toThrow();
});
