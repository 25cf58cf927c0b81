import { describe, expect, it } from 'vitest';
import { controls, runControl } from '../src/faults/controls.ts';
import { planRuns } from '../src/faults/plan.ts';
import { runFaults } from '../src/faults/run.ts';
import { describeFault } from '../src/faults/schedule.ts';

const runs = [
  { seed: 1, messages: 50, kills: 8, store: 'sqlite', agent: 'protocol' },
  { seed: 2, messages: 30, kills: 5, store: 'memory', agent: 'protocol' },
] as const;

describe('whatever dies, each message is stored once, answered once and shown in order', () => {
  it.each(runs)('with the $store store, from seed $seed', async (plan) => {
    const [run] = planRuns(plan);
    const { messages, struck, violations } = await runFaults(run!);
    const replay = struck.map(({ fault }) => describeFault(fault)).join('\n');
    expect(violations, `the blows of seed ${plan.seed}:\n${replay}`).toEqual([]);
    expect(messages).toBe(plan.messages);
    expect(struck).toHaveLength(2 * plan.kills);
  });
});

describe('a chain that breaks a promise is found out', () => {
  it.each(controls)('$defect', async (control) => {
    const { violations } = await runControl(control, 1);
    expect(violations.map(({ kind }) => kind)).toContain(control.finds);
  });
});
