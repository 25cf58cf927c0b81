import { readFile } from 'node:fs/promises';
import pino from 'pino';
import { folderFiles } from './files/folder-files.ts';
import type { RelayOptions } from './options.ts';
import { participantTokens } from './participant-tokens.ts';

/** What the command line says. */
interface Arguments {
  readonly port: string;
  readonly development: boolean;
  readonly legacy: boolean;
  readonly 'log-level': string;
  readonly files?: string | undefined;
  readonly 'agent-token-file'?: string | undefined;
}

/** The flags of a command, and whether a value belongs to each. */
type Flags = Readonly<Record<string, { readonly type: 'string' | 'boolean' }>>;

/**
 * Refuses flags that do not exist or lack their value, and what stands among them without one: nothing that somebody
 * wrote is taken for absent.
 *
 * @throws {TypeError} If there is such a thing.
 */
export function checkFlags(rawArgs: readonly string[], flags: Flags): void {
  for (let at = 0; at < rawArgs.length; at++) {
    const arg = rawArgs[at]!;
    if (/^(?:--help|-h|--version|-v)$/.test(arg)) continue;
    const [, flag, not, name = '', value] = /^(--(no-)?([^=]+))(?:=(.*))?$/s.exec(arg) ?? [];
    const type = Object.hasOwn(flags, name) ? flags[name]!.type : undefined;
    if (!arg.startsWith('-')) {
      if (at === 0 || !rawArgs[0]!.startsWith('-')) continue;
      throw new TypeError(`There is no argument ${arg}; a command comes before its flags`);
    }
    if (type === undefined || (not !== undefined && type === 'string')) {
      throw new TypeError(`There is no flag ${flag ?? arg}`);
    }
    if (type === 'boolean') {
      if (value !== undefined && !/^(?:true|false)$/.test(value))
        throw new TypeError(`${flag} takes no value`);
    } else {
      const next = value ?? rawArgs[++at] ?? '';
      if (next === '' || (value === undefined && next.startsWith('-'))) {
        throw new TypeError(`${flag} needs a value`);
      }
    }
  }
}

/** Levels that a log may begin at. */
const logLevels = [...Object.keys(pino.levels.values), 'silent'];

/**
 * Turns the command line and the environment into options. Secrets are read from the environment or from a file, never
 * from the command line, which every process of the machine can read.
 *
 * @throws {TypeError} If the port or the level is none, or a secret is missing or too short.
 */
export async function cliOptions(
  { port, development, legacy, files, 'log-level': level, 'agent-token-file': tokenFile }: Arguments,
  rawArgs: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<RelayOptions> {
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) throw new TypeError('--port must be 0 to 65535');
  if (!logLevels.includes(level)) throw new TypeError(`--log-level must be one of ${logLevels.join(', ')}`);
  const secret = environment.WEBSOCKET_CHANNEL_JWT_SECRET;
  const token = await agentToken(tokenFile, environment);
  if (!development) {
    if (secret === undefined) throw missing('WEBSOCKET_CHANNEL_JWT_SECRET is missing');
    if (token === undefined) {
      throw missing('WEBSOCKET_CHANNEL_AGENT_TOKEN is missing, and so is --agent-token-file');
    }
  }
  return {
    ...(secret !== undefined && { authenticate: participantTokens(secret) }),
    development,
    legacy,
    ...(files !== undefined && { files: { store: folderFiles(files) } }),
    origins: repeated(rawArgs, '--origin'),
    ...(token !== undefined && { agentTokens: { default: token } }),
  };
}

const missing = (what: string): TypeError =>
  new TypeError(
    `${what}, so that anybody could connect; on a machine of your own, --development allows that`,
  );

/** The token of the agent, if there is one. */
async function agentToken(
  file: string | undefined,
  environment: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  const token = file === undefined ? environment.WEBSOCKET_CHANNEL_AGENT_TOKEN : await contentOf(file);
  if (token === '') throw new TypeError(`${file ?? 'WEBSOCKET_CHANNEL_AGENT_TOKEN'} is empty`);
  return token;
}

const contentOf = (file: string): Promise<string> =>
  readFile(file, 'utf8').then(
    (content) => content.trim(),
    (error: Error) => {
      throw new TypeError(`--agent-token-file ${file}: ${error.message}`, { cause: error });
    },
  );

/** All values of a flag that may be repeated. */
const repeated = (args: readonly string[], flag: string): string[] =>
  args.flatMap((arg, index) =>
    arg === flag ? (args[index + 1] ?? []) : arg.startsWith(`${flag}=`) ? arg.slice(flag.length + 1) : [],
  );
