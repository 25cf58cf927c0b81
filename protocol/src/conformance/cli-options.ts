import type { ArgsDef } from 'citty';
import type { Profile } from '../requirements.ts';
import type { Format } from './report.ts';
import type { RunOptions } from './run.ts';

/** The command line is not what it should be. */
export class UsageError extends Error {}

/** Options that all subjects share. */
export const commonArgs = {
  profile: {
    type: 'enum',
    options: ['core', 'reliable', 'rich'],
    default: 'rich',
    description: 'How much the subject claims; each profile includes the ones before it',
  },
  only: {
    type: 'string',
    description: 'Ids or topics of the requirements to test, separated by commas',
    valueHint: 'R-ACK-2,R-FILE,…',
  },
  list: {
    type: 'boolean',
    default: false,
    description: 'List the requirements and their scenarios, and test nothing',
  },
  seed: { type: 'string', description: 'Repeats what a run left to chance', valueHint: 'number' },
  format: {
    type: 'enum',
    options: ['text', 'json', 'junit'],
    default: 'text',
    description: 'How the report is written',
  },
  timeout: { type: 'string', default: '5000', description: 'How long to wait for anything, in milliseconds' },
} satisfies ArgsDef;

interface CommonValues {
  readonly profile: string;
  readonly only?: string | undefined;
  readonly seed?: string | undefined;
  readonly format: string;
  readonly timeout: string;
}

/** @throws {UsageError} If an option has no legal value. */
export function runOptions(args: CommonValues): RunOptions & { readonly format: Format } {
  const only = args.only?.split(',').map((id) => id.trim());
  return {
    profile: oneOf('profile', args.profile, ['core', 'reliable', 'rich']) as Profile,
    format: oneOf('format', args.format, ['text', 'json', 'junit']) as Format,
    seed: args.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : integer('seed', args.seed, 0),
    timeoutMs: integer('timeout', args.timeout, 1),
    ...(only !== undefined && { only }),
    ...(process.stderr.isTTY && {
      onScenario: (title, { verdict, ms }) => void process.stderr.write(`${verdict}  ${title} (${ms} ms)\n`),
    }),
  };
}

function oneOf(name: string, value: string, allowed: readonly string[]): string {
  if (allowed.includes(value)) return value;
  throw new UsageError(`--${name} must be one of ${allowed.join(', ')}`);
}

/** @throws {UsageError} If the value is no integer or less than the minimum. */
export function integer(name: string, value: string, minimum: number): number {
  const number = Number(value);
  if (Number.isSafeInteger(number) && number >= minimum && value.trim() !== '') return number;
  throw new UsageError(`--${name} must be an integer of at least ${minimum}`);
}

/** @throws {UsageError} If the value is no URL that a WebSocket takes. */
export function webSocketUrl(name: string, value: string): string {
  if (URL.canParse(value) && /^(?:ws|http)s?:$/.test(new URL(value).protocol)) return value;
  throw new UsageError(`--${name} must be a WebSocket URL`);
}

/** @throws {UsageError} If the value is no process that this one may signal. */
export function processId(name: string, value: string): number {
  const pid = integer(name, value, 1);
  try {
    process.kill(pid, 0);
    return pid;
  } catch {
    throw new UsageError(`There is no process ${pid} to be sent a signal`);
  }
}

/** @throws {UsageError} If there is an option that the command does not know. */
export function rejectUnknown(rawArgs: readonly string[], known: Readonly<Record<string, unknown>>): void {
  for (const arg of rawArgs) {
    const name = /^--(?:no-)?([^=]+)/.exec(arg)?.[1];
    if (name !== undefined && !(name in known)) throw new UsageError(`There is no option --${name}`);
  }
}

/**
 * Reads a secret from the environment: on the command line, every process of the machine could read it.
 *
 * @throws {UsageError} If the variable is not set.
 */
export function secret(variable: string | undefined): string | undefined {
  if (variable === undefined) return undefined;
  const value = process.env[variable];
  if (value === undefined || value === '') throw new UsageError(`The environment has no ${variable}`);
  return value;
}
