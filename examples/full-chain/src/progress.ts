/** Tells a person which step runs and how long each took. */
export interface Progress {
  /** Runs a step and tells its name, its time, and whether it failed. */
  step<T>(label: string, run: () => Promise<T>): Promise<T>;
  /** Tells something that is no step. */
  note(text: string): void;
}

/** Where progress is written to. */
export interface ProgressOutput {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Tells nothing. */
export const silentProgress: Progress = { step: (_label, run) => run(), note() {} };

/**
 * In a terminal the running step counts its seconds in place; in a plain log each step is one line when it begins and
 * one when it has ended.
 */
export function createProgress(output: ProgressOutput = process.stdout): Progress {
  return {
    async step(label, run) {
      const startedAt = performance.now();
      const seconds = () => `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
      const show = () => output.write(output.isTTY ? `\r\u001b[2K… ${label}  ${seconds()}` : `… ${label}\n`);
      const settle = (mark: string) =>
        output.write(`${output.isTTY ? '\r\u001b[2K' : ''}${mark} ${label}  ${seconds()}\n`);
      show();
      const ticker = output.isTTY ? setInterval(show, 500) : undefined;
      try {
        const result = await run();
        settle('✓');
        return result;
      } catch (error) {
        settle('✗');
        throw error;
      } finally {
        clearInterval(ticker);
      }
    },
    note: (text) => void output.write(`${text}\n`),
  };
}
