import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkTrace, type TraceEntry, type TraceFrame } from '../src/sequence.ts';
import { agentActions, type Decision, legalAgentTrace } from './legal-agent-trace.ts';
import { clientActions, legalClientTrace } from './legal-client-trace.ts';
import { mutations } from './trace-mutations.ts';

const decisions = (actions: readonly string[]): fc.Arbitrary<Decision[]> =>
  fc.array(fc.tuple(fc.constantFrom(...actions), fc.nat(1000)), { maxLength: 60, size: 'max' });

const build = { client: legalClientTrace, agent: legalAgentTrace };
const actionsOf = { client: clientActions, agent: agentActions };

describe('legal traces', () => {
  it.each(['client', 'agent'] as const)('of a connection with the %s break nothing', (role) => {
    fc.assert(
      fc.property(decisions(actionsOf[role]), (made) => {
        expect(checkTrace(build[role](made), role)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});

describe('one change to a legal trace', () => {
  it.each(mutations)('%s: breaks %s (%s)', (_name, requirement, role, fits, change) => {
    let applied = 0;
    fc.assert(
      fc.property(decisions(actionsOf[role]), fc.nat(), (made, choice) => {
        const trace = build[role](made);
        const places = trace.flatMap((item, index) =>
          'frame' in item && fits(item.frame as never, item, index, trace) ? [index] : [],
        );
        const place = places[choice % Math.max(places.length, 1)];
        if (place === undefined) return;
        applied++;
        const item = trace[place] as TraceFrame;
        const changed = trace.toSpliced(place, 1, ...(change(item.frame as never, item) as TraceEntry[]));
        const found = checkTrace(changed, role).filter(({ requirement: id }) =>
          [requirement].flat().includes(id),
        );
        expect(found[0]?.entry).toBeGreaterThanOrEqual(place);
      }),
      { numRuns: 150 },
    );
    expect(applied).toBeGreaterThan(20);
  });
});
