import type { RecordedTurn, TurnJournal } from '../../src/turn-journal.ts';

/** A journal that forgets when the test ends. */
export function createMemoryJournal(leftOpen: readonly RecordedTurn[] = []): TurnJournal & {
  readonly turns: ReadonlyMap<string, RecordedTurn>;
} {
  const turns = new Map(leftOpen.map((turn) => [turn.id, turn]));
  return {
    turns,
    leftOpen: async () => leftOpen,
    async written() {},
    async note({ id, conversation, events }) {
      turns.set(id, { id, conversation, events });
    },
    async forget(id) {
      turns.delete(id);
    },
  };
}
