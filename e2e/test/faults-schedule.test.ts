import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parseOptions } from '../src/faults/options.ts';
import { planRuns } from '../src/faults/plan.ts';
import { drawSchedule, type ScheduleOptions } from '../src/faults/schedule.ts';
import { steps } from '../src/faults/steps.ts';

const options: ScheduleOptions = {
  seed: 7,
  messages: 500,
  kills: 60,
  others: 60,
  hops: ['client', 'relay', 'agent'],
  disk: true,
  long: true,
};

describe('a schedule', () => {
  it('is the same for the same seed, and another one for another seed', () => {
    expect(drawSchedule(options)).toEqual(drawSchedule(options));
    expect(drawSchedule({ ...options, seed: 8 })).not.toEqual(drawSchedule(options));
  });

  it('kills every process at every step, and in between', () => {
    const kills = drawSchedule(options).filter(({ blow }) => blow.kind === 'kill');
    const pairs = new Set(kills.map(({ blow, step }) => `${'hop' in blow && blow.hop} ${step}`));
    for (const hop of options.hops)
      for (const step of [...steps, undefined]) expect(pairs).toContain(`${hop} ${step}`);
    expect(kills).toHaveLength(60);
  });

  it('holds every kind of blow, none before the message that it is due after', () => {
    const schedule = drawSchedule(options);
    const kinds = new Set(schedule.map(({ blow }) => blow.kind));
    expect([...kinds].sort()).toEqual(
      ['black-hole', 'cut', 'delay', 'duplicate', 'freeze', 'full-disk', 'half-close', 'kill'].sort(),
    );
    expect(schedule.map(({ after }) => after)).toEqual(
      schedule.map(({ after }) => after).toSorted((a, b) => a - b),
    );
  });

  it('kills a slow agent as seldom as it is told to', () => {
    const kills = drawSchedule({ ...options, agentEvery: 4 }).filter(({ blow }) => blow.kind === 'kill');
    const ofAgent = kills.filter(({ blow }) => 'hop' in blow && blow.hop === 'agent');
    expect(ofAgent).toHaveLength(15);
  });
});

describe('a plan', () => {
  it('shares all messages and kills out, and kills no relay that forgets', () => {
    const runs = planRuns({ seed: 1, messages: 2000, kills: 200 });
    expect(runs.reduce((sum, { messages }) => sum + messages, 0)).toBe(2000);
    const kills = runs.flatMap(({ store, schedule }) =>
      schedule.flatMap(({ blow }) => (blow.kind === 'kill' ? `${store} ${blow.hop}` : [])),
    );
    expect(kills).toHaveLength(200);
    expect(kills).not.toContain('memory relay');
    expect(kills).toContain('sqlite relay');
  });

  it('takes what the command line says, and refuses what it cannot be', () => {
    expect(parseOptions(['--seed', '3', '--store', 'memory'])).toMatchObject({ seed: 3, store: 'memory' });
    expect(() => parseOptions(['--kills', 'many'])).toThrow('--kills must be a whole number');
    expect(parseOptions(['--kills', '0', '--messages', '1'])).toMatchObject({ kills: 0, messages: 1 });
    expect(() => parseOptions(['--messages', '0'])).toThrow('--messages must be a whole number from 1');
    expect(() => parseOptions(['--store', 'redis'])).toThrow('--store must be one of: memory, sqlite');
  });

  it('says in one line what is wrong, with an exit code that means nothing was tried', () => {
    const main = fileURLToPath(new URL('../src/faults/main.ts', import.meta.url));
    const { status, stderr } = spawnSync('node', [main, '--store', 'redis'], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 2, stderr: '--store must be one of: memory, sqlite\n' });
  });
});
