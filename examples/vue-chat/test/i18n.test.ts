import { expect, it } from 'vitest';
import { en } from '../src/i18n/en.ts';
import { zh } from '../src/i18n/zh.ts';

type Shape = string | { [key: string]: Shape };

const shapeOf = (value: unknown): Shape =>
  typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).map(([key, member]) => [key, shapeOf(member)]))
    : typeof value;

const stringsOf = (value: unknown): string[] =>
  typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsOf) : [String(value)];

it('says everything in both languages, and takes the same values', () => {
  expect(shapeOf(zh)).toEqual(shapeOf(en));
});

it('leaves no text empty', () => {
  expect([...stringsOf(en), ...stringsOf(zh)].filter((text) => text.trim() === '')).toEqual([]);
});
