import type { ErrorCode } from './error-codes.ts';
import type { ErrorDetails } from './generated/frames.ts';
import { limits } from './limits.ts';

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
 */
export function createParser<F>(validators: ReadonlyMap<string, Validator>): Parser<F> {
  return (text) => {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return fault('malformed', 'The frame is not JSON');
    }
    if (!isObject(value)) return fault('malformed', 'The frame is not a JSON object');
    if (nestsDeeperThan(limits.depth, value)) {
      return fault('too_deep', `The frame is nested more than ${limits.depth} levels deep`, {
        details: { limit: limits.depth },
      });
    }
    if (text.includes('null')) dropNulls(value);
    const { type } = value;
    if (typeof type !== 'string') {
      return fault('malformed', '/type must be a string', {
        details: { path: '/type', keyword: 'type', limit: 'string' },
      });
    }
    const validate = validators.get(type);
    if (validate === undefined) return { status: 'unknown', type };
    const broken = validate(value);
    return broken === undefined ? { status: 'frame', frame: value as F } : invalid(value, broken);
  };
}

/** Writes a frame as the text of one WebSocket message. */
export const encode = (frame: { readonly type: string }): string => JSON.stringify(frame);

function invalid({ id }: Record<string, unknown>, { path, keyword, limit }: BrokenRule): Parsed<never> {
  return fault('invalid', `${path} breaks the rule ${keyword}${limit === undefined ? '' : ` (${limit})`}`, {
    details: { path: path.slice(0, 512), keyword, ...(limit !== undefined && { limit }) },
    ...(typeof id === 'string' && id.length <= limits.idLength && { ref: id }),
  });
}

const fault = (
  code: FrameFault['code'],
  message: string,
  rest: Pick<FrameFault, 'details' | 'ref'> = {},
): Parsed<never> => ({
  status: 'fault',
  fault: { code, message: message.slice(0, limits.messageLength), ...rest },
});

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function nestsDeeperThan(levels: number, value: object): boolean {
  if (levels === 0) return true;
  for (const key in value) {
    const member = (value as Record<string, unknown>)[key];
    if (typeof member === 'object' && member !== null && nestsDeeperThan(levels - 1, member)) return true;
  }
  return false;
}

/** A member that is `null` counts as absent; elements of arrays stay. */
function dropNulls(value: Record<string, unknown>): void {
  for (const [key, member] of Object.entries(value)) {
    if (member === null) delete value[key];
    else if (Array.isArray(member)) for (const element of member) isObject(element) && dropNulls(element);
    else if (isObject(member) && key !== 'ext') dropNulls(member);
  }
}
