import type { Direction } from '../../src/schema/message.ts';

/** What a reader makes of a text. */
export type Expectation =
  /** A legal frame; `frame` is the outcome where it differs from what was written. */
  | { readonly status: 'frame'; readonly frame?: unknown }
  /** A type that the direction does not have: ignored. */
  | { readonly status: 'unknown'; readonly type: string }
  | {
      readonly status: 'fault';
      readonly code: 'malformed' | 'invalid' | 'too_deep';
      /** JSON pointer to the member at fault. */
      readonly path?: string;
      /** The rule that it breaks, in the words of JSON Schema. */
      readonly keyword?: string;
      /** The `id` that the error names. */
      readonly ref?: string;
    };

/** One case of `vectors/{valid,invalid,tolerant}.json`; `vectors/README.md` explains the members. */
export interface Vector {
  readonly name: string;
  readonly direction: Direction;
  /** The text as it crosses the wire, or pieces of it. */
  readonly text?: string | readonly unknown[];
  /** The frame that the text holds; absent where `text` is given. */
  readonly frame?: unknown;
  readonly expect: Expectation;
  readonly requirement: string;
}

/** A long text or list, written short. */
export const repeat = (text: string, times: number): unknown => ({ $repeat: [text, times] });
export const items = (item: unknown, times: number): unknown => ({ $items: [item, times] });

/** A text, written short where it is one letter over and over. */
export const brief = (text: string): unknown =>
  text.length > 48 && text === text[0]!.repeat(text.length) ? repeat(text[0]!, text.length) : text;
