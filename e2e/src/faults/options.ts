import { parseArgs } from 'node:util';
import type { Plan } from './plan.ts';

/** What the command line asks for. */
export interface Options extends Plan {
  /** Whether to run the negative controls instead. */
  readonly controls: boolean;
  /** File for the summary. */
  readonly json: string | undefined;
}

/** Reads the command line. @throws {TypeError} naming the option that is wrong. */
export function parseOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      seed: { type: 'string', default: '1' },
      messages: { type: 'string', default: '200' },
      kills: { type: 'string', default: '20' },
      store: { type: 'string' },
      agent: { type: 'string' },
      controls: { type: 'boolean', default: false },
      json: { type: 'string' },
    },
  });
  return {
    seed: wholeNumber('seed', values.seed),
    messages: wholeNumber('messages', values.messages, 1),
    kills: wholeNumber('kills', values.kills),
    store: oneOf('store', values.store, ['memory', 'sqlite']),
    agent: oneOf('agent', values.agent, ['protocol', 'gateway']),
    controls: values.controls,
    json: values.json,
  };
}

function wholeNumber(name: string, value: string, least = 0): number {
  if (!/^\d{1,9}$/.test(value) || Number(value) < least)
    throw new TypeError(`--${name} must be a whole number from ${least}, at most nine digits`);
  return Number(value);
}

function oneOf<T extends string>(
  name: string,
  value: string | undefined,
  allowed: readonly T[],
): T | undefined {
  if (value === undefined) return undefined;
  const known = allowed.find((one) => one === value);
  if (known === undefined) throw new TypeError(`--${name} must be one of: ${allowed.join(', ')}`);
  return known;
}
