import type { Connection } from './connection.ts';
import type { Loose } from './observer.ts';
import { fill } from './pattern.ts';
import type { Variables } from './variables.ts';

/** What is known of a scenario before it runs. */
export interface ScenarioHead {
  /** One sentence about the subject. */
  readonly title: string;
  /** The requirement that it tests. */
  readonly requirement: string;
  /** It takes the agent away, floods, or otherwise disturbs others: it runs by itself. */
  readonly alone?: boolean;
  /** It mostly waits, and needs nobody: it runs beside everything else. */
  readonly aside?: boolean;
}

/** A scenario written as a function, where data would be obscure. */
export interface CodedScenario<S> extends ScenarioHead {
  run(stage: S): Promise<void>;
}

/**
 * One step of a scenario that is data. Its members are carried out in the order in which they stand here. Placeholders
 * are those of `pattern.ts`.
 */
export interface Step {
  /** Opens a connection of this name, or waits until the subject has opened one. */
  readonly open?: string;
  /** Members of `hello` or `welcome` that differ; `null` takes one away. */
  readonly with?: Readonly<Record<string, unknown>>;
  /** How far to open it. @default the end of the greeting */
  readonly until?: 'socket' | 'welcome';
  /** The connection that the other members are about. @default the one just opened */
  readonly on?: string;
  readonly send?: Loose;
  /** Sends a text that need not be a frame. */
  readonly text?: string;
  /** Sends a text as a binary message. */
  readonly binary?: string;
  /** A line for the client's standard input. */
  readonly do?: Readonly<Record<string, unknown>>;
  /** Waits for a frame, or for several in any order. */
  readonly expect?: unknown;
  /** Whether what is expected takes as long as a turn. */
  readonly slow?: true;
  /** Asks the relay for files over HTTP. */
  readonly request?: FileRequest;
  /** What the answer has to be: `status`, `headers`, `text`, and `json` where it is. */
  readonly answers?: unknown;
  /** What the client's view has to become. */
  readonly view?: unknown;
  /** Settles, then makes sure that no such frame came. */
  readonly never?: unknown;
  /** Waits for an answer to a ping: the connection goes on. */
  readonly lives?: true;
  /** Waits for a close with this code. */
  readonly closed?: number;
  readonly close?: number;
  readonly drop?: true;
  /** The requirement at fault if the step fails, where it is not the scenario's. */
  readonly of?: string;
}

/** A request to a relay that keeps files. */
export interface FileRequest {
  /** Who asks; `nobody` has no token, an `impostor` a wrong one. @default 'alice' */
  readonly as?: string;
  /** @default 'GET' */
  readonly method?: string;
  /** Absolute, or relative to the relay. @default what `welcome.files.url` says */
  readonly url?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Pieces are sent without announcing their length. */
  readonly body?: string | Iterable<Uint8Array>;
}

/** A scenario that is data. */
export interface WrittenScenario extends ScenarioHead {
  readonly steps: readonly Step[];
}

export type Scenario<S> = CodedScenario<S> | WrittenScenario;

/** Where a scenario plays: what its steps act on. */
export interface Stage {
  readonly variables: Variables;
  on(name: string): Connection;
  open(name: string, step: Step): Promise<unknown>;
  /** How long a turn may take, in milliseconds. */
  readonly turnMs?: number;
  /** Asks for files. @returns What the pattern takes down. @throws {Unmet} If the answer does not match it. */
  answers?(request: FileRequest, pattern: unknown, of?: string): Promise<ReadonlyMap<string, unknown>>;
  /** Writes a control line. */
  control?(line: Readonly<Record<string, unknown>>): void;
  /** Waits until the client's view matches. */
  view?(pattern: unknown): Promise<void>;
}

/** Plays a scenario to its end. @throws {Unmet} At the first step that does not come true. */
export async function play<S extends Stage>(scenario: Scenario<S>, stage: S): Promise<void> {
  if ('run' in scenario) return scenario.run(stage);
  let current = '';
  for (const step of scenario.steps) {
    if (step.open !== undefined) {
      const changes = fill(step.with ?? {}, stage.variables) as Record<string, unknown>;
      await stage.open(step.open, { ...step, with: changes });
    }
    current = step.on ?? step.open ?? current;
    await act(step, stage, () => stage.on(current));
  }
}

async function act(step: Step, stage: Stage, on: () => Connection): Promise<void> {
  const { variables, turnMs } = stage;
  const patience = {
    ...(step.of !== undefined && { of: step.of }),
    ...(step.slow && turnMs !== undefined && { withinMs: turnMs }),
  };
  const filled = (value: unknown) => fill(value, variables);
  if (step.send !== undefined) on().send(filled(step.send) as Loose);
  if (step.text !== undefined) on().sendText(filled(step.text) as string);
  if (step.binary !== undefined) on().sendBinary(new TextEncoder().encode(filled(step.binary) as string));
  if (step.do !== undefined) stage.control?.(filled(step.do) as Record<string, unknown>);
  if (step.expect !== undefined) {
    for (const pattern of [step.expect].flat()) {
      const taken = await on().capture(filled(pattern), patience);
      for (const [name, value] of taken) variables.set(name, value);
    }
  }
  if (step.request !== undefined) {
    const taken = await stage.answers?.(
      filled(step.request) as FileRequest,
      filled(step.answers ?? {}),
      step.of,
    );
    for (const [name, value] of taken ?? []) variables.set(name, value);
  }
  if (step.view !== undefined) await stage.view?.(filled(step.view));
  if (step.never !== undefined) await on().never(filled(step.never), patience);
  if (step.lives) await on().settle(patience);
  if (step.closed !== undefined) await on().closed(step.closed, patience);
  if (step.close !== undefined) on().close(step.close);
  if (step.drop) on().drop();
}
