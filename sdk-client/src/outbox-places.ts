import type { EventSubmission } from '@websocket-channel/protocol';

/**
 * Where the place of a stored event is that belongs before what was stored earlier: storages know events alone, and add at
 * the end. Nothing is ever moved, since what is taken out to be put elsewhere is lost where the process dies in between.
 */
const member = 'dev.websocket-channel.place';

interface Place {
  /** Less than 0, where those without a place are. */
  readonly at: number;
  /** What was in `ext`. */
  readonly ext?: EventSubmission['ext'];
}

/** Events as they were said, in their order, out of those of a storage. */
export const inOrder = (stored: readonly EventSubmission[]): readonly EventSubmission[] =>
  stored.toSorted((one, other) => placeOf(one).at - placeOf(other).at).map(asSaid);

/**
 * What has to be added to a storage, so that it holds all that is wanted.
 *
 * @param stored What it holds.
 * @param isBack Whether an event had left the storage and is back. Those that are wanted first belong before what is there.
 */
export function missingIn(
  stored: readonly EventSubmission[],
  wanted: readonly EventSubmission[],
  isBack: (id: string) => boolean,
): readonly EventSubmission[] {
  const known = new Set(stored.map(({ id }) => id));
  const least = Math.min(0, ...stored.map((event) => placeOf(event).at)) - wanted.length;
  let isFirst = true;
  return wanted.flatMap((event, i) => {
    const isKnown = known.has(event.id);
    isFirst &&= !isKnown && isBack(event.id);
    if (isKnown) return [];
    return isFirst ? placed(event, least + i) : event;
  });
}

const placed = ({ ext, ...event }: EventSubmission, at: number): EventSubmission => ({
  ...event,
  ext: { [member]: { at, ...(ext && { ext }) } satisfies Place },
});

function placeOf({ ext }: EventSubmission): Place {
  const place = ext?.[member] as Partial<Place> | undefined;
  return typeof place?.at === 'number' ? (place as Place) : { at: 0, ...(ext && { ext }) };
}

function asSaid({ ext, ...event }: EventSubmission): EventSubmission {
  const { ext: said } = placeOf({ ext, ...event } as EventSubmission);
  return { ...event, ...(said && { ext: said }) };
}
