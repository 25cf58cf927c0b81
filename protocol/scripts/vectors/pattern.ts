/** A run of letters out of one class. */
interface Run {
  /** Legal code units below 256, lowest first. */
  readonly letters: readonly string[];
  readonly min: number;
  /** `Infinity` where the pattern sets no bound. */
  readonly max: number;
}

/** A pattern of the registry taken apart: runs one after the other, the last ones of which may repeat as a group. */
export interface Pattern {
  readonly source: string;
  readonly runs: readonly Run[];
  /** The runs of the trailing group `(…)+`, or none. */
  readonly group: readonly Run[];
}

const shape = /^\^(?<runs>[^()]*)(?:\((?<group>[^()|?]+)\)\+)?\$$/;
const run = /(\[(?:[^\]\\]|\\.)+\]|\\[.\\/-]|[^\\[\](){}*+?|^$.])(?:\{(\d+)(?:(,)(\d*))?\}|([*+?]))?/y;

/**
 * Takes a pattern apart.
 *
 * @throws {Error} For a pattern that is not of the shape `^runs$` or `^runs(runs)+$`, or in which a run of open length is
 * followed by letters that it could hold itself: only without these is matching sure to be linear in every engine.
 */
export function takeApart(source: string): Pattern {
  const groups = shape.exec(source)?.groups;
  if (groups === undefined) throw new Error(`${source} is not of the shape ^…$ or ^…(…)+$`);
  const runs = runsOf(groups.runs!);
  const group = runsOf(groups.group ?? '');
  const sequence = [...runs, ...group, ...group.slice(0, 1)];
  for (const [index, { letters, min, max }] of sequence.entries()) {
    const next = sequence[index + 1];
    if (min !== max && next?.letters.some((letter) => letters.includes(letter))) {
      throw new Error(`${source}: run ${index + 1} is of open length and may hold what follows it`);
    }
  }
  return { source, runs, group };
}

function runsOf(source: string): Run[] {
  const runs: Run[] = [];
  for (run.lastIndex = 0; run.lastIndex < source.length; ) {
    const at = run.lastIndex;
    const match = run.exec(source);
    if (match === null) throw new Error(`${source} is not a sequence of letters and classes at ${at}`);
    const [, letters, exact, comma, most, sign] = match;
    const one = new RegExp(`^${letters}$`);
    runs.push({
      letters: Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).filter((letter) =>
        one.test(letter),
      ),
      min: exact !== undefined ? Number(exact) : sign === '*' || sign === '?' ? 0 : 1,
      max:
        exact !== undefined
          ? Number(comma === undefined ? exact : most || Number.POSITIVE_INFINITY)
          : sign === '*' || sign === '+'
            ? Number.POSITIVE_INFINITY
            : 1,
    });
  }
  return runs;
}

/** The shortest text that a pattern takes. */
export const shortest = ({ runs, group }: Pattern): string =>
  [...runs, ...group].map(({ letters, min }) => pick(letters).repeat(min)).join('');

/** The longest text that a pattern takes, or nothing where it sets no bound. */
export function longest({ runs, group }: Pattern): string | undefined {
  if (group.length > 0 || runs.some(({ max }) => max === Number.POSITIVE_INFINITY)) return undefined;
  return runs.map(({ letters, max }) => pick(letters).repeat(max)).join('');
}

/** Texts that a pattern refuses, each beside the reason. */
export function refused(pattern: Pattern): [reason: string, text: string][] {
  const short = shortest(pattern);
  const long = longest(pattern);
  const foreign = [' ', 'é', '\u0000'].find((letter) =>
    [...pattern.runs, ...pattern.group].every(({ letters }) => !letters.includes(letter)),
  );
  const texts: [string, string][] = [
    ['empty', ''],
    ['one letter too short', short.slice(0, -1)],
    ...(long === undefined ? [] : ([['one letter too long', `${long}${long.at(-1)}`]] as [string, string][])),
    ...(foreign === undefined ? [] : ([['a foreign letter', `${short}${foreign}`]] as [string, string][])),
    ['a newline at the end', `${short}\n`],
  ];
  const expression = new RegExp(pattern.source);
  return texts.filter(
    ([, text], index) => !expression.test(text) && texts.findIndex(([, same]) => same === text) === index,
  );
}

const pick = (letters: readonly string[]): string =>
  ['a', '0'].find((letter) => letters.includes(letter)) ?? letters[0]!;
