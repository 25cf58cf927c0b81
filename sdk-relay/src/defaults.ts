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
