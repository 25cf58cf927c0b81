import { beforeAll, describe, expect, it } from 'vitest';
import { inParallel } from '../../src/conformance/run.ts';
import { type Result, requirementsOf } from '../../src/conformance/verdicts.ts';
import type { Subject } from '../../src/requirements.ts';

/** A peer with one defect: the requirement that it breaks, how, and what that breaks besides. */
export type BrokenPeer = readonly [requirement: string, how: string, ...also: string[]];

interface Peers {
  readonly subject: Subject;
  readonly broken: readonly BrokenPeer[];
  /** Tests a peer with this defect for the requirement, or one without any for all of them. */
  readonly test: (requirement: string | undefined) => Promise<Result[]>;
  readonly atATime: number;
}

/** Tests peers side by side: one without a defect passes, each of the others fails for the right reason. */
export function onlyBrokenPeersFail({ subject, broken, test, atATime }: Peers): void {
  const bound = requirementsOf(subject, 'rich').map(({ id }) => id);
  const order = (ids: readonly string[]) => bound.filter((id) => ids.includes(id));

  const outcomes = new Map<string | undefined, Result[] | Error>();
  const outcome = (id?: string): Result[] => {
    const results = outcomes.get(id);
    if (!Array.isArray(results)) throw results;
    return results;
  };

  describe(`${subject}s under test`, () => {
    beforeAll(async () => {
      const tasks = [undefined, ...broken.map(([id]) => id)].map((id) => async () => {
        outcomes.set(id, await test(id).catch((error: Error) => error));
      });
      await inParallel(tasks, atATime);
    }, 120_000);

    it('one without a defect passes everything', () => {
      const results = outcome();
      const missed = results.filter(({ verdict }) => verdict !== 'pass');
      expect(missed.map(({ id, verdict, evidence }) => [id, verdict, evidence])).toEqual([]);
      expect(results.map(({ id }) => id)).toEqual(bound);
    });

    it.each(broken.map(([id, how, ...also]) => ({ id, how, also })))(
      'one that $how fails $id',
      ({ id, also }) => {
        const results = outcome(id);
        const failed = results.filter(({ verdict }) => verdict === 'fail');
        expect(failed.map((result) => result.id)).toEqual(order([id, ...also]));
        const evidence = failed.flatMap((result) => (result.id === id ? result.evidence : []));
        const failure = evidence.find(({ verdict }) => verdict === 'fail');
        expect(failure).toMatchObject({ expected: expect.any(String), came: expect.any(String) });
      },
    );

    it('there is a broken one for every requirement', () => {
      expect(order(broken.map(([id]) => id))).toEqual(bound);
    });
  });
}
