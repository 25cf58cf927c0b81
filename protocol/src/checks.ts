import { isObject, type Validator } from './codec.ts';

/** A rule of the schema as a function: answers with the first fault of a value, or with nothing. */
export type Check = (value: unknown, path: string) => ReturnType<Validator>;

/** The first fault that is found in a list. */
function first<T>(
  list: readonly T[],
  find: (item: T, i: number) => ReturnType<Validator>,
): ReturnType<Validator> {
  for (const [i, item] of list.entries()) {
    const fault = find(item, i);
    if (fault) return fault;
  }
  return undefined;
}

type Rule<T> = readonly [keyword: string, limit: number | string, holds: (value: T) => boolean];

/** All of these rules, in this order. */
const rules =
  <T>(...list: readonly Rule<T>[]): Check =>
  (value, path) =>
    first(list, ([keyword, limit, holds]) => (holds(value as T) ? undefined : { path, keyword, limit }));

const string: Rule<unknown> = ['type', 'string', (value) => typeof value === 'string'];
const object = rules(['type', 'object', isObject]);

/** A string. */
export function text(pattern: string, most = Infinity, least = 0): Check {
  const expression = new RegExp(pattern, 'u');
  return rules<string>(
    string as Rule<string>,
    ['maxLength', most, (value) => value.length <= most || [...value].length <= most],
    ['minLength', least, (value) => value.length >= least],
    ['pattern', pattern, (value) => expression.test(value)],
  );
}

/** One of these words. */
export const word = (words: string): Check =>
  rules<string>(string as Rule<string>, ['enum', words, (value) => words.split(', ').includes(value)]);

/** A whole number. */
export const integer = (least: number, most: number): Check =>
  rules<number>(
    ['type', 'integer', Number.isInteger],
    ['maximum', most, (value) => value <= most],
    ['minimum', least, (value) => value >= least],
  );

/** `true` or `false`. */
export const flag: Check = rules(['type', 'boolean', (value) => typeof value === 'boolean']);

/** An array. */
export function items(check: Check, most: number): Check {
  const array = rules<unknown[]>(
    ['type', 'array', Array.isArray],
    ['maxItems', most, (value) => value.length <= most],
  );
  return (value, path) =>
    array(value, path) ?? first(value as unknown[], (item, i) => check(item, `${path}/${i}`));
}

/** An object. @param checks Those of its members, in the schema's order, `$` after the names of the required ones. */
export function members(
  checks: Readonly<Record<string, Check>>,
): (value: unknown, path?: string) => ReturnType<Validator> {
  const list = Object.entries(checks).map(
    ([name, check]) => [name.split('$') as [string, string?], check] as const,
  );
  return (value, path = '') => {
    const members = value as Record<string, unknown>;
    return (
      object(value, path) ??
      first(list, ([[key, required]]) =>
        required === undefined || members[key] !== undefined
          ? undefined
          : { path: `${path}/${key}`, keyword: 'required' },
      ) ??
      first(list, ([[key], check]) =>
        members[key] === undefined ? undefined : check(members[key], `${path}/${key}`),
      )
    );
  };
}

/** A free object. */
export function free(most: number, pattern: string): Check {
  const size = rules<object>(['maxProperties', most, (value) => Object.keys(value).length <= most]);
  const key = text(pattern);
  return (value, path) =>
    object(value, path) ??
    size(value, path) ??
    first(Object.keys(value as object), (name) => key(name, path));
}

/** A number, or a string. */
export const numberOrText = (most: number): Check =>
  rules<number | string>(
    ['type', 'number, string', (value) => typeof value === 'number' || typeof value === 'string'],
    ['maxLength', most, (value) => typeof value === 'number' || [...value].length <= most],
  );
