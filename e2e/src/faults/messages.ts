import type { AgentName } from './chain.ts';
import type { Said } from './evidence.ts';
import { type Random, random } from './random.ts';

/** What the stand-in agent answers to an event: a text that no other event gets. */
export const answerTo = (id: string, content: string): string =>
  `Answer to ${id}: ${content.length} characters, ${content.split(' ').slice(0, 5).reverse().join(' ')}`;

const words = 'Could you please tell me where the order that I placed on Tuesday is and when it comes'.split(
  ' ',
);

/** A text of a random length; one in ten is long enough to be cut in the middle on its way. */
function question(chance: Random): string {
  const length = chance.below(10) === 0 ? chance.between(500, 4000) : chance.between(1, 12);
  return Array.from({ length }, () => chance.pick(words)).join(' ');
}

/** What is said in a run, by whom and where: the same for the same seed. */
export function drawMessages(
  seed: number,
  messages: number,
  agent: AgentName,
  sources: readonly string[],
  devices: readonly string[],
): readonly Said[] {
  const chance = random(seed);
  return Array.from({ length: messages }, (_, index) => {
    const id = `m${index + 1}`;
    const text = `${id}: ${question(chance)}`;
    // The provider's stand-in says what it is told to.
    const [content, answer] =
      agent === 'gateway'
        ? [`SAY:Answer to ${id}, word by word:END DELAY 15 ${text}`, `Answer to ${id}, word by word`]
        : [text, answerTo(id, text)];
    return { id, source: chance.pick(sources), device: chance.pick(devices), content, answer };
  });
}
