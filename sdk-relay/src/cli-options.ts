import { readFile } from 'node:fs/promises';
import { folderFiles } from './files/folder-files.ts';
import type { RelayOptions } from './options.ts';
import { participantTokens } from './participant-tokens.ts';

/** What the command line says. */
interface Arguments {
  readonly port: string;
  readonly development: boolean;
  readonly legacy: boolean;
  readonly files?: string | undefined;
  readonly 'agent-token-file'?: string | undefined;
}

/**
 * Refuses flags that do not exist: one that is misspelt must not be taken for absent.
 *
 * @throws {TypeError} If there is one.
 */
export function checkFlags(rawArgs: readonly string[], known: readonly string[]): void {
  for (const arg of rawArgs) {
    const [, name] = /^--(?:no-)?([^=]+)/.exec(arg) ?? [];
    if (name !== undefined && !known.includes(name)) throw new TypeError(`There is no flag --${name}`);
  }
}

/**
 * Turns the command line and the environment into options. Secrets are read from the environment or from a file, never
 * from the command line, which every process of the machine can read.
 *
 * @throws {TypeError} If the port is none, or a secret is too short.
 */
export async function cliOptions(
  { port, development, legacy, files, 'agent-token-file': tokenFile }: Arguments,
  rawArgs: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<RelayOptions> {
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) throw new TypeError('--port must be 0 to 65535');
  const token =
    tokenFile === undefined
      ? environment.WEBSOCKET_CHANNEL_AGENT_TOKEN
      : (await readFile(tokenFile, 'utf8')).trim();
  const secret = environment.WEBSOCKET_CHANNEL_JWT_SECRET;
  return {
    ...(secret !== undefined && { authenticate: participantTokens(secret) }),
    development,
    legacy,
    ...(files !== undefined && { files: { store: folderFiles(files) } }),
    origins: repeated(rawArgs, '--origin'),
    ...(token !== undefined && { agentTokens: { default: token } }),
  };
}

/** All values of a flag that may be repeated. */
const repeated = (args: readonly string[], flag: string): string[] =>
  args.flatMap((arg, index) =>
    arg === flag ? (args[index + 1] ?? []) : arg.startsWith(`${flag}=`) ? arg.slice(flag.length + 1) : [],
  );
