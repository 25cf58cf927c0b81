import type { Variables } from './variables.ts';

/**
 * Placeholders in scenarios: `{name}` stands for a variable, `{name+1}` for its successor; in a pattern `{?name}` takes
 * a value down, `{*}` stands for any value and `{!}` for an absent member.
 */
const placeholder = /\{([a-z][\w:]*)(?:([+-])(\d+))?\}/gi;

/** Puts values in the place of placeholders. */
export function fill(template: unknown, variables: Variables): unknown {
  if (typeof template === 'string') return fillText(template, variables);
  if (Array.isArray(template)) return template.map((element) => fill(element, variables));
  if (typeof template !== 'object' || template === null) return template;
  return Object.fromEntries(Object.entries(template).map(([key, value]) => [key, fill(value, variables)]));
}

function fillText(text: string, variables: Variables): unknown {
  const value = (name: string, sign?: string, amount?: string): unknown => {
    const found = variables.get(name);
    return sign === undefined ? found : Number(found) + Number(`${sign}${amount}`);
  };
  const whole = /^\{([a-z][\w:]*)(?:([+-])(\d+))?\}$/i.exec(text);
  if (whole !== null) return value(whole[1]!, whole[2], whole[3]);
  return text.replace(placeholder, (_, name: string, sign?: string, amount?: string) =>
    String(value(name, sign, amount)),
  );
}

/**
 * Compares a value with a pattern: members that the pattern does not name are free, arrays have to be as long as the
 * pattern's.
 *
 * @returns What the pattern takes down, or nothing where the value does not match.
 */
export function match(pattern: unknown, value: unknown): ReadonlyMap<string, unknown> | undefined {
  const taken = new Map<string, unknown>();
  return fits(pattern, value, taken) ? taken : undefined;
}

function fits(pattern: unknown, value: unknown, taken: Map<string, unknown>): boolean {
  if (pattern === '{!}') return value === undefined;
  if (pattern === '{*}') return value !== undefined;
  const capture = typeof pattern === 'string' ? /^\{\?(\w+)\}$/.exec(pattern)?.[1] : undefined;
  if (capture !== undefined) {
    if (value === undefined) return false;
    taken.set(capture, value);
    return true;
  }
  if (Array.isArray(pattern)) {
    return (
      Array.isArray(value) &&
      value.length === pattern.length &&
      pattern.every((element, index) => fits(element, value[index], taken))
    );
  }
  if (typeof pattern === 'object' && pattern !== null) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    return Object.entries(pattern).every(([key, member]) =>
      fits(member, (value as Record<string, unknown>)[key], taken),
    );
  }
  return pattern === value;
}
