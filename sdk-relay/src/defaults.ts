/**
 * Fills in what was left open, or named without a value.
 *
 * @param where What stands before the name of an option in an error.
 * @throws {TypeError} If what is to be a number is none, or less than 0.
 */
export function withDefaults<T extends object>(where: string, defaults: T, given: Partial<T> | undefined): T {
  const resolved = { ...defaults };
  for (const name in defaults) {
    const value = given?.[name];
    if (value === undefined) continue;
    if (typeof defaults[name] === 'number' && !(typeof value === 'number' && value >= 0)) {
      throw new TypeError(`${where}${name} must be a number of at least 0`);
    }
    resolved[name] = value as T[typeof name];
  }
  return resolved;
}

/** The longest time that a timer of the platform and a frame of the protocol can name, in milliseconds. */
const longestMs = 2 ** 31 - 1;

/**
 * As {@link withDefaults}, of times that timers wait for or that peers are told.
 *
 * @throws {TypeError} If one is no whole number of milliseconds, or more than can be waited for.
 */
export function timesWithDefaults<T extends Readonly<Record<string, number>>>(
  where: string,
  defaults: T,
  given: Partial<T> | undefined,
): T {
  const resolved = withDefaults(where, defaults, given);
  for (const [name, ms] of Object.entries(resolved)) {
    if (!Number.isInteger(ms) || ms > longestMs) {
      throw new TypeError(`${where}${name} must be a whole number of milliseconds, at most ${longestMs}`);
    }
  }
  return resolved;
}
