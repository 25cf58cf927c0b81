import { expect, test, vi } from 'vitest';
import { createEmitter } from '../src/events.ts';

test('a listener that throws stops neither the others nor the caller', () => {
  const emitter = createEmitter<{ word: string }>();
  const report = vi.spyOn(globalThis, 'queueMicrotask').mockImplementation(() => {});
  const heard: string[] = [];
  emitter.on('word', () => {
    throw new Error('mine');
  });
  emitter.on('word', (word) => heard.push(word));
  emitter.emit('word', 'hello');
  const [[thrown]] = report.mock.calls as unknown as [[() => void]];
  report.mockRestore();
  expect(heard).toEqual(['hello']);
  expect(thrown).toThrow('mine');
});

test('a listener that leaves, or joins, while others are told does not disturb them', () => {
  const emitter = createEmitter<{ word: string }>();
  const heard: string[] = [];
  const leave = emitter.on('word', (word) => {
    heard.push(`first ${word}`);
    leave();
    emitter.on('word', () => heard.push('late'));
  });
  emitter.on('word', (word) => heard.push(`second ${word}`));
  emitter.emit('word', 'a');
  emitter.emit('word', 'b');
  expect(heard).toEqual(['first a', 'second a', 'second b', 'late']);
});
