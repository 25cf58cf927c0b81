import type { ErrorCode } from './error-codes.ts';
import type { ErrorDetails } from './generated/frames.ts';
import type { limits } from './limits.ts';

// Copied rather than imported, so that a browser does not load the whole table; the types hold both equal.
const depth: typeof limits.depth = 16;
const idLength: typeof limits.idLength = 64;

/** A compiled schema: answers with the first rule that a value breaks, or with nothing. */
export type Validator = (frame: unknown) => BrokenRule | undefined;

interface BrokenRule {
  /** JSON pointer to the member at fault. */
  readonly path: string;
  /** The rule, in the words of JSON Schema. */
  readonly keyword: string;
  readonly limit?: number | string | undefined;
}

/** Why a text is not a legal frame: ready to be answered as an `error` frame. */
export interface FrameFault {
  readonly code: Extract<ErrorCode, 'malformed' | 'invalid' | 'too_deep'>;
  readonly message: string;
  readonly details?: ErrorDetails;
  /** The frame's `id`, where it had a usable one. */
  readonly ref?: string;
}

/** Outcome of parsing one text message. */
export type Parsed<F> =
  | { readonly status: 'frame'; readonly frame: F }
  /** A type this reader does not know: to be ignored and counted. */
  | { readonly status: 'unknown'; readonly type: string }
  | { readonly status: 'fault'; readonly fault: FrameFault };

/** Reads the frames of one direction. */
export type Parser<F> = (text: string) => Parsed<F>;

/**
 * Makes a parser out of the validators of one direction. The parser never throws: whatever the text is, it
 * answers with a frame, an unknown type or a fault.
 *
 * @param isPlain Tells frames that certainly hold no `null` and are not nested too deeply, which spares looking on.
 */
export function createParser<F>(
  validators: ReadonlyMap<string, Validator>,
  isPlain?: (frame: object) => boolean,
): Parser<F> {
  return (text) => {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      // What is no JSON is no JSON object either.
    }
    if (!isObject(value)) return fault('malformed', 'Not a JSON object');
    if (!isPlain?.(value) && !tidy(value, depth, true)) {
      return fault('too_deep', `Nested more than ${depth} levels deep`, value, {
        limit: depth,
      });
    }
    const { type } = value;
    if (typeof type !== 'string') {
      return breach('malformed', value, { path: '/type', keyword: 'type', limit: 'string' });
    }
    const validate = validators.get(type);
    if (!validate) return { status: 'unknown', type };
    const broken = validate(value);
    return broken ? breach('invalid', value, broken) : { status: 'frame', frame: value as F };
  };
}

/** Writes a frame as the text of one WebSocket message. */
export const encode = <F extends { readonly type: string }>(frame: F): string => JSON.stringify(frame);

function breach(
  code: FrameFault['code'],
  frame: Record<string, unknown>,
  { path, keyword, limit }: BrokenRule,
): Parsed<never> {
  return fault(code, `${path} breaks the rule ${keyword}${limit === undefined ? '' : ` (${limit})`}`, frame, {
    path,
    keyword,
    ...(limit !== undefined && { limit }),
  });
}

const fault = (
  code: FrameFault['code'],
  message: string,
  { id }: Record<string, unknown> = {},
  details?: ErrorDetails,
): Parsed<never> => ({
  status: 'fault',
  fault: {
    code,
    message,
    ...(details && { details }),
    ...(typeof id === 'string' && id.length <= idLength && { ref: id }),
  },
});

/** Whether it is a JSON object. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Drops the members that are `null`, which count as absent, but for those of `ext`; elements of arrays stay.
 *
 * @returns Whether nothing is nested deeper than that many levels.
 */
function tidy(value: object, levels: number, nulls: boolean): boolean {
  for (const key in value) {
    const member = (value as Record<string, unknown>)[key];
    if (typeof member !== 'object') continue;
    if (member !== null) {
      if (levels === 1 || !tidy(member, levels - 1, nulls && key !== 'ext')) return false;
    } else if (nulls && !Array.isArray(value)) delete (value as Record<string, unknown>)[key];
  }
  return true;
}
