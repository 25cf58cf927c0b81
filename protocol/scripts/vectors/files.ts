import { type Direction, directions, type Message } from '../../src/schema/message.ts';
import { type FrameSchema, frameSchemas } from '../frame-schemas.ts';
import { type Case, cases, sample } from './boundaries.ts';
import { legacyVectors } from './legacy.ts';
import { texts } from './texts.ts';
import type { Expectation, Vector } from './vector.ts';

/** The test vectors: those that follow from the schemas, and those written by hand. */
export function vectorFiles(registry: readonly Message[]): [string, string][] {
  const walked = new Set<string>();
  const ofSchemas = frameSchemas(registry).flatMap((schema) => ofSchema(schema, walked));
  const all = [...texts, ...ofSchemas, ...ofForeignTypes(registry)];
  const named = (belongs: (expect: Expectation) => boolean): readonly Vector[] =>
    all.filter(({ expect }) => belongs(expect));
  return [
    file(
      'valid',
      named((expect) => expect.status === 'frame' && !('frame' in expect)),
    ),
    file(
      'tolerant',
      named((expect) => expect.status === 'unknown' || 'frame' in expect),
    ),
    file(
      'invalid',
      named((expect) => expect.status === 'fault'),
    ),
    file('legacy', legacyVectors),
  ];
}

function ofSchema({ name, message, schema, directions: ways }: FrameSchema, walked: Set<string>): Vector[] {
  const examples = message.examples.filter(({ direction }) => ways.includes(direction));
  const values = examples.map(({ frame }) => frame);
  // An array is no frame at all: the texts show it.
  const bounds = [...cases(schema, values, walked)].filter(({ value }) => !Array.isArray(value));
  return [
    ...examples.map(({ direction, frame }, index) =>
      vector(direction, name, { note: `example ${index + 1}`, value: frame, verdict: 'valid' }),
    ),
    ...ways.map((direction) =>
      vector(direction, name, { note: 'at its smallest', value: sample(schema, values), verdict: 'valid' }),
    ),
    ...ways.flatMap((direction, index) =>
      bounds.filter((one) => index === 0 || showsDirection(one)).map((one) => vector(direction, name, one)),
    ),
  ];
}

/**
 * The schema is the same in each of its directions, so that all it says is shown in the first of them; in the others, that it holds there:
 * what is missing, of another type, or from the future.
 */
const showsDirection = ({ note, verdict }: Case): boolean =>
  /^(\w+ missing|a member from the future)$/.test(note) ||
  (typeof verdict === 'object' &&
    'keyword' in verdict &&
    verdict.keyword === 'type' &&
    /^\/\w+$/.test(verdict.at));

/** A type that only others send is as unknown as one that nobody sends. */
function ofForeignTypes(registry: readonly Message[]): Vector[] {
  return directions.flatMap((direction) =>
    registry
      .filter(({ schemas }) => schemas[direction] === undefined)
      .map(({ type, examples }) => ({
        name: `${direction}: ${type} does not travel this way`,
        direction,
        frame: examples[0]!.frame,
        expect: { status: 'unknown', type },
        requirement: 'R-FRAME-2',
      })),
  );
}

function vector(direction: Direction, frameName: string, { note, value, verdict }: Case): Vector {
  const name = `${direction}: ${frameName}${note.startsWith('/') ? '' : ' '}${note}`;
  if (verdict === 'valid')
    return { name, direction, frame: value, expect: { status: 'frame' }, requirement: 'R-FRAME-10' };
  if ('keyword' in verdict) {
    const { id } = value as { id?: unknown };
    const { at: path, keyword } = verdict;
    const ref = typeof id === 'string' && path !== '/id' ? { ref: id } : {};
    return {
      name,
      direction,
      frame: value,
      expect: { status: 'fault', code: 'invalid', path, keyword, ...ref },
      requirement: 'R-FRAME-5',
    };
  }
  return {
    name,
    direction,
    frame: value,
    expect: { status: 'frame', frame: 'outcome' in verdict ? verdict.outcome : value },
    requirement: verdict.tolerant,
  };
}

/** One case a line, so that a change shows as the cases that it touches. */
const file = (name: string, vectors: readonly unknown[]): [string, string] => [
  `vectors/${name}.json`,
  `[\n${vectors.map((one) => JSON.stringify(one)).join(',\n')}\n]\n`,
];
