import { describe, expect, test } from 'vitest';
import { requirements } from '../src/requirements.ts';
import { ofEveryMessage, ofNoMessage } from '../src/schema/message.ts';
import { registry } from '../src/schema/registry.ts';

const known = requirements.map(({ id }) => id);
const named = registry.flatMap((message) => message.requirements);

describe('the requirements that an entry of the registry names', () => {
  test.each(registry)('$type: exist, once each', (message) => {
    expect(message.requirements.length).toBeGreaterThan(0);
    expect(message.requirements.filter((id) => !known.includes(id))).toEqual([]);
    expect(new Set(message.requirements).size).toBe(message.requirements.length);
  });

  test('are all that there are, but for those of every message and of none', () => {
    const elsewhere = [...ofEveryMessage, ...ofNoMessage];
    expect(elsewhere.filter((id) => named.includes(id) || !known.includes(id))).toEqual([]);
    expect(known.filter((id) => !named.includes(id) && !elsewhere.includes(id))).toEqual([]);
  });

  test.each(registry)('$type: are those whose text speaks of it', ({ type, requirements: ids }) => {
    const about = requirements.filter(({ text }) => text.includes(`\`${type}\``));
    const missing = about
      .map(({ id }) => id)
      .filter((id) => !ids.includes(id) && !ofEveryMessage.includes(id));
    expect(missing).toEqual([]);
  });
});
