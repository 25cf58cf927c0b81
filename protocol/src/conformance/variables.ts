/** The values that the placeholders of one scenario stand for. */
export interface Variables {
  get(name: string): unknown;
  set(name: string, value: unknown): void;
}

/** A source of chance that yields the same for the same seed: numbers in [0, 1). */
export type Chance = () => number;

/** Mulberry32: small, and good enough to vary faults. */
export function createChance(seed: number): Chance {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * Makes the variables of one run of a scenario. `id:<name>` and `text:<name>` are minted when they are first used;
 * `now` is the time of day.
 *
 * @param tag Tells this run from all others, so that no id is used twice on a relay that remembers.
 */
export function createVariables(tag: string, given: Readonly<Record<string, unknown>> = {}): Variables {
  const values = new Map<string, unknown>(Object.entries(given));
  return {
    get(name) {
      const known = values.get(name);
      if (known !== undefined) return known;
      if (name === 'now') return Date.now();
      const [kind, label] = name.split(':', 2);
      if (label === undefined || (kind !== 'id' && kind !== 'text')) {
        throw new Error(`The placeholder {${name}} stands for nothing`);
      }
      const minted = kind === 'id' ? `${label}-${tag}` : `${label} ${tag}`;
      values.set(name, minted);
      return minted;
    },
    set: (name, value) => void values.set(name, value),
  };
}
