const formats = new Map<string, Intl.DateTimeFormat>();

function format(tag: string, name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${tag} ${name}`;
  const known = formats.get(key);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat(tag, options);
  formats.set(key, made);
  return made;
}

/** Hours and minutes. */
export const clockTime = (at: number, tag: string): string =>
  format(tag, 'clock', { hour: 'numeric', minute: '2-digit' }).format(at);

/** Hours to milliseconds, on 24 hours. */
export const exactTime = (at: number): string =>
  format('en-GB', 'exact', {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
  }).format(at);

/** The calendar day in the reader's time zone. */
export function dayLabel(
  at: number,
  now: number,
  tag: string,
  words: { readonly today: string; readonly yesterday: string },
): string {
  const days = Math.round((startOfDay(now) - startOfDay(at)) / 86_400_000);
  if (days === 0) return words.today;
  if (days === 1) return words.yesterday;
  return format(tag, 'day', { year: 'numeric', month: 'long', day: 'numeric' }).format(at);
}

/** Milliseconds since 1970-01-01 UTC of the midnight before. */
export const startOfDay = (at: number): number => new Date(at).setHours(0, 0, 0, 0);

/** A file's size for people. */
export function fileSize(bytes: number, tag: string): string {
  const unit = bytes < 1000 ? 'byte' : bytes < 1_000_000 ? 'kilobyte' : 'megabyte';
  const amount = bytes / { byte: 1, kilobyte: 1000, megabyte: 1_000_000 }[unit];
  return new Intl.NumberFormat(tag, {
    style: 'unit',
    unit,
    unitDisplay: 'short',
    maximumFractionDigits: 1,
  }).format(amount);
}
