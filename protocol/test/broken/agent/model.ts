import { setTimeout } from 'node:timers/promises';

/** A stand-in for a model: it says the same words whatever it is asked, quickly or slowly. */
export async function* answer(prompt: string, stopped: AbortSignal): AsyncGenerator<string> {
  const [words, pauseMs] = prompt === slowPrompt ? [60, 25] : [3, 5];
  for (let word = 0; word < words && !stopped.aborted; word++) {
    await setTimeout(pauseMs);
    yield `word${word} `;
  }
}

export const quickPrompt = 'Be quick.';
export const slowPrompt = 'Take your time.';
