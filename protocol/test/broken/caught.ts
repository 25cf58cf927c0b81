import { beforeAll, describe, expect, it } from 'vitest';
import { inParallel } from '../../src/conformance/run.ts';
import { type Result, requirementsOf } from '../../src/conformance/verdicts.ts';
import type { Subject } from '../../src/requirements.ts';

/** A peer with one defect: the requirement that it breaks, how, and what that breaks besides. */
export type BrokenPeer = readonly [requirement: string, how: string, ...also: string[]];

/** Tests the peers side by side, and says of each whether it fails for the right reason. */
export function allAreCaught(
  subject: Subject,
  peers: readonly BrokenPeer[],
  test: (requirement: string) => Promise<Result[]>,
  atATime: number,
): void {
  const bound = requirementsOf(subject, 'rich').map(({ id }) => id);
  const order = (ids: readonly string[]) => bound.filter((id) => ids.includes(id));

  describe(`a broken ${subject}`, () => {
    const outcomes = new Map<string, Result[] | Error>();

    beforeAll(async () => {
      const tasks = peers.map(([id]) => async () => {
        outcomes.set(id, await test(id).catch((error: Error) => error));
      });
      await inParallel(tasks, atATime);
    }, 120_000);

    it.each(peers.map(([id, how, ...also]) => ({ id, how, also })))('that $how fails $id', ({ id, also }) => {
      const results = outcomes.get(id);
      if (!Array.isArray(results)) throw results;
      const failed = results.filter(({ verdict }) => verdict === 'fail');
      expect(failed.map((result) => result.id)).toEqual(order([id, ...also]));
      const evidence = failed.flatMap((result) => (result.id === id ? result.evidence : []));
      const failure = evidence.find(({ verdict }) => verdict === 'fail');
      expect(failure).toMatchObject({ expected: expect.any(String), came: expect.any(String) });
    });

    it('exists for every requirement', () => {
      expect(order(peers.map(([id]) => id))).toEqual(bound);
    });
  });
}
