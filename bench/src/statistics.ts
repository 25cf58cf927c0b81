/** What is printed of a row of measurements. */
export interface Summary {
  readonly n: number;
  readonly median: number;
  /** The quartiles. */
  readonly q1: number;
  readonly q3: number;
}

/** Median and quartiles. @throws RangeError without values */
export function summarise(values: readonly number[]): Summary {
  if (values.length === 0) throw new RangeError('There are no values to summarise');
  const sorted = [...values].sort((a, b) => a - b);
  return {
    n: sorted.length,
    q1: quantile(sorted, 0.25),
    median: quantile(sorted, 0.5),
    q3: quantile(sorted, 0.75),
  };
}

/** Quantile of ascending values, linear between neighbours. @param share 0 to 1 */
export function quantile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1);
  const low = sorted[Math.floor(at)] as number;
  const high = sorted[Math.ceil(at)] as number;
  return low + (high - low) * (at - Math.floor(at));
}

/**
 * How a target fared: missed only when the whole interquartile range is above it, met only when all of it is at or
 * below it.
 */
export function judge({ q1, q3 }: Summary, atMost: number): 'met' | 'missed' | 'undecided' {
  if (q1 > atMost) return 'missed';
  return q3 <= atMost ? 'met' : 'undecided';
}
