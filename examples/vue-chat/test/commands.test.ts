import { expect, it } from 'vitest';
import { ref } from 'vue';
import { useCommands } from '../src/composables/useCommands.ts';

const all = [
  { name: 'status', description: 'Tells the status' },
  { name: 'stop', description: 'Stops the answer' },
  { name: 'model', description: 'Chooses the model', args: '[name]' },
];

function setup(typed: string) {
  const text = ref(typed);
  const { matches, active, onKeydown } = useCommands(text, () => all);
  const press = (key: string) => {
    let prevented = false;
    const event = { key, isComposing: false, shiftKey: false, preventDefault: () => (prevented = true) };
    expect(onKeydown(event as unknown as KeyboardEvent)).toBe(prevented);
    return prevented;
  };
  return { text, names: () => matches.value.map(({ name }) => name), active, press };
}

it.each([
  ['/', ['status', 'stop', 'model']],
  ['/ST', ['status', 'stop']],
  ['/sto', ['stop']],
  ['/x', []],
  ['st', []],
  ['/stop now', []],
  ['see /st', []],
  ['', []],
])('%j lists %j', (typed, names) => {
  expect(setup(typed).names()).toEqual(names);
});

it('arrow keys go round, and Enter takes the active one', () => {
  const { text, active, press } = setup('/');
  press('ArrowUp');
  expect(active.value).toBe(2);
  expect(press('Enter')).toBe(true);
  expect(text.value).toBe('/model ');
  expect(press('Enter')).toBe(false);
});

it('what is typed in full is sent by Enter', () => {
  const { text, press } = setup('/sto');
  expect(press('Tab')).toBe(true);
  expect(text.value).toBe('/stop');
  expect(press('Enter')).toBe(false);
});

it('Escape closes the list until the text changes', async () => {
  const { text, names, press } = setup('/s');
  expect(press('Escape')).toBe(true);
  expect(names()).toEqual([]);
  expect(press('Enter')).toBe(false);
  text.value = '/st';
  await Promise.resolve();
  expect(names()).toEqual(['status', 'stop']);
});
