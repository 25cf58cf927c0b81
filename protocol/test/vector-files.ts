import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Direction } from '../src/schema/message.ts';

/** A case of `vectors/{valid,tolerant,invalid}.json`, its long values written out. */
export interface VectorCase {
  readonly name: string;
  readonly direction: Direction;
  readonly text: string;
  readonly expect: {
    readonly status: 'frame' | 'unknown' | 'fault';
    readonly frame?: unknown;
    readonly type?: string;
    readonly code?: string;
    readonly path?: string;
    readonly keyword?: string;
    readonly ref?: string;
  };
  readonly requirement: string;
}

/** A case of `vectors/legacy.json`. */
export interface LegacyCase {
  readonly name: string;
  readonly peer: 'relay' | 'frontend';
  readonly text?: string;
  readonly frame?: { readonly type: string };
  readonly expect: {
    readonly text?: string | null;
    readonly status?: string;
    readonly [member: string]: unknown;
  };
  readonly requirement: string;
}

export const vectorFolder = join(import.meta.dirname, '..', 'vectors');
export const kinds = ['valid', 'tolerant', 'invalid'] as const;

/** Reads one file of a folder of vectors. */
export function readVectors(kind: (typeof kinds)[number], folder = vectorFolder): VectorCase[] {
  const raw = read(join(folder, `${kind}.json`)) as (VectorCase & { text?: unknown; frame?: unknown })[];
  return raw.map(({ text, frame, expect, ...rest }) => ({
    ...rest,
    text: frame === undefined ? [expand(text)].flat().join('') : JSON.stringify(expand(frame)),
    expect: { ...expect, ...('frame' in expect && { frame: expand(expect.frame) }) },
  }));
}

export const readLegacyVectors = (folder = vectorFolder): LegacyCase[] =>
  read(join(folder, 'legacy.json')) as LegacyCase[];

const read = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

/** Writes out what `vectors/README.md` says is written short. */
function expand(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(expand);
  if (typeof value !== 'object' || value === null) return value;
  const { $repeat, $items } = value as { $repeat?: [string, number]; $items?: [unknown, number] };
  if ($repeat !== undefined) return $repeat[0].repeat($repeat[1]);
  if ($items !== undefined) return Array.from({ length: $items[1] }, () => expand($items[0]));
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, expand(member)]));
}
