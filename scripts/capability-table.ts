import type { Capability, Proof } from './capabilities.ts';
import type { TestOutcome } from './test-report.ts';

/** How it stands with a capability. `not run`: none of its proofs' files was run. */
export type Standing = 'proved' | 'failed' | 'missing' | 'not run';

/** Looks the proofs of a capability up among the tests that were run. */
export function standingOf({ proofs }: Capability, outcomes: readonly TestOutcome[]): Standing {
  const ran = new Set(outcomes.map(({ file }) => file));
  const standings = proofs.map((proof) => {
    if (!ran.has(proof[0])) return 'not run';
    const tests = outcomes.filter((outcome) => proves(proof, outcome));
    if (tests.length === 0) return 'missing';
    return tests.every(({ passed }) => passed) ? 'proved' : 'failed';
  });
  return (['missing', 'failed', 'not run'] as const).find((each) => standings.includes(each)) ?? 'proved';
}

const proves = ([file, title]: Proof, outcome: TestOutcome): boolean =>
  outcome.file === file && outcome.title.includes(title);

/** The capabilities and their standing, as lines for a terminal. */
export function tableOf(
  capabilities: readonly Capability[],
  outcomes: readonly TestOutcome[],
): readonly string[] {
  return byArea(capabilities).flatMap(([area, rows]) => [
    '',
    area,
    ...rows.flatMap((capability) => [
      `  ${standingOf(capability, outcomes).padEnd(8)} ${capability.name}`,
      ...capability.proofs.map(([file, title]) => `${' '.repeat(13)}${file}: ${title}`),
    ]),
  ]);
}

/** The page docs/capabilities.md. */
export function pageOf(capabilities: readonly Capability[]): string {
  const sections = byArea(capabilities).map(([area, rows]) =>
    [`## ${area}`, '', '| capability | proof |', '|---|---|', ...rows.map(rowOf)].join('\n'),
  );
  return `# What the channel plugin can do

Each capability with the tests that prove it: those of \`e2e/test\` in a real Gateway, the others on the plugin's sources. Made from
\`scripts/capabilities.ts\`; \`npm run e2e\` runs the proofs and prints how each stands, and fails where one is missing.

${sections.join('\n\n')}
`;
}

const rowOf = ({ name, proofs }: Capability): string =>
  `| ${name} | ${proofs.map(([file, title]) => `[${title}](../${file})`).join('<br>')} |`;

const byArea = (
  capabilities: readonly Capability[],
): readonly (readonly [string, readonly Capability[]])[] => [
  ...Map.groupBy(capabilities, ({ area }) => area),
];
