import { packages } from './build.mjs';
import type { Step } from './steps.ts';

/** Without the resolution of old TypeScript, which knows no `exports`, and entries that hold no code. */
const attw = ['attw', '--profile', 'node16', '--exclude-entrypoints', 'asyncapi.yaml'];

/** Everything that is checked without running the product. */
export const checkSteps: readonly Step[] = [
  ...['protocol', 'channel-plugin'].map((name) => ({
    name: `generated files: ${name}`,
    command: ['npm', 'run', '--silent', 'generate', '-w', name, '--', '--check'],
  })),
  { name: 'types', command: ['tsc', '-b'] },
  { name: 'types of the page', command: ['vue-tsc', '--noEmit', '-p', 'examples/vue-chat'] },
  { name: 'format and lint (biome)', command: ['biome', 'check', '--error-on-warnings', '.'] },
  { name: 'imports and lint (oxlint)', command: ['oxlint', '--deny-warnings'] },
  { name: 'unused code (knip)', command: ['knip'] },
  { name: 'sizes', command: ['size-limit'] },
  ...packages.flatMap((name) => [
    { name: `publint ${name}`, command: ['publint', 'run', '--strict', name] },
    { name: `types as packed: ${name}`, command: [...attw, '--pack', name] },
  ]),
];
