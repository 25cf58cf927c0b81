import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Capability, capabilities } from '../capabilities.ts';
import { pageOf, standingOf, tableOf } from '../capability-table.ts';

const root = join(import.meta.dirname, '../..');

describe('the capabilities', () => {
  it('name tests that exist', async () => {
    const proofs = capabilities.flatMap((capability) => capability.proofs);
    const missing: string[] = [];
    for (const [file, title] of proofs) {
      const source = await readFile(join(root, file), 'utf8').catch(() => '');
      if (!source.includes(title)) missing.push(`${file}: ${title}`);
    }
    expect(missing).toEqual([]);
  });

  it('are what the page says; if not: node scripts/e2e.ts --page', async () => {
    expect(await readFile(join(root, 'docs/capabilities.md'), 'utf8')).toBe(pageOf(capabilities));
  });
});

describe('the standing of a capability', () => {
  const capability: Capability = {
    area: 'Chat',
    name: 'Answers',
    proofs: [
      ['a.test.ts', 'answers'],
      ['b.test.ts', 'in time'],
    ],
  };
  const inA = (title: string, passed = true) => ({ file: 'a.test.ts', title, passed, failure: '' });
  const inB = (title: string, passed = true) => ({ file: 'b.test.ts', title, passed, failure: '' });

  it.each([
    ['proved', [inA('an agent answers alice'), inA('an agent answers bob'), inB('an agent is in time')]],
    ['failed', [inA('an agent answers alice'), inA('an agent answers bob', false), inB('in time')]],
    ['missing', [inA('an agent says something'), inB('in time')]],
    ['not run', [inA('an agent answers')]],
  ] as const)('is %s', (standing, outcomes) => {
    expect(standingOf(capability, outcomes)).toBe(standing);
    expect(tableOf([capability], outcomes)[2]).toBe(`  ${standing.padEnd(8)} Answers`);
  });
});
