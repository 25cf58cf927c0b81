/** An expectation that did not come true: how a scenario ends early. */
export class Unmet extends Error {
  readonly expected: string;
  readonly came: string;
  /** What crossed the connection last. */
  readonly trace: readonly string[];
  /** The requirement at fault, where it is not the one that the scenario is about. */
  requirement: string | undefined;

  constructor(expected: string, came: string, trace: readonly string[], requirement?: string) {
    super(`expected ${expected}; ${came}`);
    this.name = 'Unmet';
    this.expected = expected;
    this.came = came;
    this.trace = trace;
    this.requirement = requirement;
  }
}

/** Why a scenario does not apply to this subject. */
export class NotApplicable extends Error {}

/** Why a requirement could not be put to the test. */
export class NotTested extends Error {}

/** Lays what goes wrong in a preparation at the door of the requirement that it rests on. */
export async function given<T>(requirement: string, preparation: Promise<T>): Promise<T> {
  try {
    return await preparation;
  } catch (error) {
    if (error instanceof Unmet) error.requirement ??= requirement;
    throw error;
  }
}
