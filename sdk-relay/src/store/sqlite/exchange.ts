import type { StoreBounds } from '../bounds.ts';
import type { StoredFrame } from '../store.ts';
import type { StoreErrorCode } from '../store-error.ts';
import type { SqliteEngine } from './engine.ts';

/** What the thread of the database is asked, in messages of several requests. */
export type Operation =
  | 'open'
  | 'release'
  | 'commit'
  | 'after'
  | 'before'
  | 'waiting'
  | 'received'
  | 'sweep'
  | 'close';

/** A method of the engine and its arguments. */
export type Request = { [Name in Operation]: readonly [Name, ...Parameters<SqliteEngine[Name]>] }[Operation];

/** What went wrong, as it crosses threads. */
export interface Fault {
  readonly code: StoreErrorCode | undefined;
  readonly message: string;
}

/** What became of a request. */
export type Answer = { readonly value: unknown } | { readonly fault: Fault };

/** What became of a batch. */
export interface Committed {
  /** Position of the first frame that was stored; the others follow it one by one. */
  readonly position: number;
  /** Of each append: its `seq`, or one of {@link refused}. */
  readonly seqs: readonly number[];
  /** The frames of those that were stored before, in order. */
  readonly known: readonly StoredFrame[];
}

/** What stands for the `seq` of an append that was not stored. */
export const refused = { mailboxFull: 0, duplicate: -1 } as const;

/** What the thread begins with. */
export interface Beginning {
  readonly file: string;
  readonly bounds: Required<StoreBounds>;
}
