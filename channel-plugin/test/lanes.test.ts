import { describe, expect, it } from 'vitest';
import { createLanes } from '../src/lanes.ts';

describe('lanes', () => {
  it('let in one after the other, in the order of arrival', async () => {
    const lanes = createLanes();
    const seen: string[] = [];
    const first = await lanes.enter('alice');
    const others = ['b', 'c'].map(async (name) => {
      const leave = await lanes.enter('alice');
      seen.push(name);
      leave();
    });
    await Promise.resolve();
    expect(seen).toEqual([]);
    first();
    await Promise.all(others);
    expect(seen).toEqual(['b', 'c']);
  });

  it('do not wait for each other', async () => {
    const lanes = createLanes();
    await lanes.enter('alice');
    expect(await lanes.enter('bob')).toBeTypeOf('function');
  });

  it('may be left twice', async () => {
    const lanes = createLanes();
    const first = await lanes.enter('alice');
    const second = lanes.enter('alice');
    first();
    first();
    const third = lanes.enter('alice');
    let thirdIsIn = false;
    void third.then(() => {
      thirdIsIn = true;
    });
    const leave = await second;
    expect(thirdIsIn).toBe(false);
    leave();
    await third;
    expect(thirdIsIn).toBe(true);
  });
});
