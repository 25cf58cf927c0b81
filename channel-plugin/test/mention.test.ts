import { describe, expect, it } from 'vitest';
import { mentionsName } from '../src/mention.ts';

describe('a mention', () => {
  it.each([
    ['@Claw hello', true],
    ['hello, @claw!', true],
    ['@Clawdia and @Claw', true],
    ['@Clawdia', false],
    ['Claw', false],
    ['', false],
  ])('in %j of Claw: %s', (text, mentioned) => {
    expect(mentionsName(text, 'Claw')).toBe(mentioned);
  });

  it('takes any name literally', () => {
    expect(mentionsName('ask @a.b?', 'a.b')).toBe(true);
    expect(mentionsName('ask @axb', 'a.b')).toBe(false);
    expect(mentionsName('你好 @小龙虾！', '小龙虾')).toBe(true);
  });

  it('needs a name', () => {
    expect(mentionsName('@undefined', undefined)).toBe(false);
  });
});
