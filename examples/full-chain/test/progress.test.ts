import { expect, test } from 'vitest';
import { createProgress } from '../src/progress.ts';

function recorder(isTTY: boolean) {
  let text = '';
  return { isTTY, write: (part: string) => (text += part), text: () => text };
}

test('a plain log gets a line when a step begins and one when it has ended', async () => {
  const output = recorder(false);
  const progress = createProgress(output);
  expect(await progress.step('Start the relay', async () => 7)).toBe(7);
  progress.note('ready');
  expect(output.text()).toMatch(/^… Start the relay\n✓ Start the relay {2}\d+\.\d s\nready\n$/);
});

test('a terminal shows the running step in place', async () => {
  const output = recorder(true);
  await createProgress(output).step('Start the relay', async () => {});
  expect(output.text()).toContain('\r\u001b[2K✓ Start the relay');
  expect(output.text().match(/\n/g)).toHaveLength(1);
});

test('a failed step is marked, and its error is passed on', async () => {
  const output = recorder(false);
  const failing = createProgress(output).step('Start the relay', () => Promise.reject(new Error('no port')));
  await expect(failing).rejects.toThrow('no port');
  expect(output.text()).toMatch(/✗ Start the relay/);
});
