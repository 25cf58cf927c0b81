import type { CheckListener } from './config-check.ts';

/** Something about the configuration that the operator should know. */
export interface Finding {
  /** The key, from the root of the configuration. */
  readonly key: string;
  /** What is wrong with it, and what would be right. */
  readonly message: string;
  /** An `error` keeps the account from connecting. */
  readonly severity: 'error' | 'warning';
}

/** Findings about one object of the configuration. */
export interface Findings extends CheckListener {
  readonly all: readonly Finding[];
  /** The key of the object. */
  readonly path: string;
  error(member: string, message: string): undefined;
  warning(member: string, message: string): undefined;
}

/** Without these there is no telling whether and where to connect: no default may take their place. */
const decisive: ReadonlySet<string> = new Set(['', 'enabled', 'mode', 'token']);

/** These are checked more closely elsewhere. */
const checkedElsewhere: ReadonlySet<string> = new Set(['relayUrl', 'config.wsUrl']);

/** Makes an empty collection. `counts` tells whether a member matters. */
export function createFindings(path: string, counts: (member: string) => boolean = () => true): Findings {
  const all: Finding[] = [];
  const add = (member: string, message: string, severity: Finding['severity']): undefined => {
    if (counts(member.split('.', 1)[0] ?? '')) {
      all.push({ key: member === '' ? path : `${path}.${member}`, message, severity });
    }
  };
  const error = (member: string, message: string) => add(member, message, 'error');
  const warning = (member: string, message: string) => add(member, message, 'warning');
  return {
    all,
    path,
    error,
    warning,
    illegal(member, message) {
      if (checkedElsewhere.has(member)) return;
      if (decisive.has(member)) error(member, message);
      else warning(member, `${message}; its default counts until then`);
    },
    unknown: (member) => warning(member, 'is not known and has no effect'),
  };
}
