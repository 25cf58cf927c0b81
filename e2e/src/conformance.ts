import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../protocol/dist/cli.cjs', import.meta.url));

/** What the conformance runner said. */
export interface ConformanceRun {
  /** 0: it conforms, 1: it does not, 2: it could not be tested. */
  readonly exitCode: number;
  /** Its report, one line for each requirement and more below those that failed. */
  readonly report: string;
}

/**
 * Runs the packed conformance runner, as `npx @websocket-channel/protocol conformance` does, with patience: a busy machine
 * is no failure of the peer's.
 */
export function runConformance(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<ConformanceRun> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [program, 'conformance', ...args, '--timeout', '30000'],
      { env: { ...process.env, ...environment }, maxBuffer: 64 * 1024 * 1024 },
      (_error, stdout, stderr) => resolve({ exitCode: child.exitCode ?? -1, report: `${stdout}${stderr}` }),
    );
  });
}
