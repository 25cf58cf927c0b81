import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Child, startChild } from './child.ts';
import { plainEnvironment } from './environment.ts';
import { freePort } from './free-port.ts';

/** What a relay is started with. */
export interface RelayOptions {
  /** @default 0, any free port */
  readonly port?: number;
  /** Pages that may connect, as origins. */
  readonly origins: readonly string[];
  /** The token that the agent has to show. */
  readonly agentToken: string;
  /** The file of its database. @default none: what it keeps goes with its process */
  readonly store?: string;
  /** A relay that takes the same options, except `store`. @default sdk-relay's command line */
  readonly program?: { readonly file: string; readonly args: readonly string[] };
  readonly logFile: string;
  readonly signal?: AbortSignal | undefined;
}

/** A relay in a process of its own. */
export interface Relay {
  /** Where clients connect. */
  readonly url: string;
  /** Where the agent connects. */
  readonly agentUrl: string;
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
  /** Ends it with SIGKILL, as a crash would. */
  kill(): Promise<void>;
  /** Starts it again on the same port, ending it in order first if it runs. */
  restart(): Promise<void>;
}

const START_TIMEOUT_MS = 60_000;

const ourRelay = (files: string, store = 'memory') => ({
  file: process.execPath,
  args: [
    fileURLToPath(new URL('cli.js', import.meta.resolve('@websocket-channel/sdk-relay'))),
    '--development',
    '--store',
    store,
    '--files',
    files,
  ],
});

/** Starts the relay's command line in development mode: guests by name, on loopback only. */
export async function startRelay(options: RelayOptions): Promise<Relay> {
  const port = await freePort(options.port);
  const { file, args } = options.program ?? ourRelay(join(dirname(options.logFile), 'files'), options.store);
  const start = async (): Promise<Child> => {
    const origins = options.origins.flatMap((origin) => ['--origin', origin]);
    const settings = ['--host', '127.0.0.1', '--port', String(port), ...origins];
    const env = { ...plainEnvironment(), WEBSOCKET_CHANNEL_AGENT_TOKEN: options.agentToken };
    const command = { name: 'the relay', file, args: [...args, ...settings], env, logFile: options.logFile };
    const { child } = await startChild(
      { ...command, signal: options.signal },
      { line: (line) => line.startsWith('listening ') || undefined },
      START_TIMEOUT_MS,
    );
    return child;
  };
  let child = await start();
  return {
    url: `ws://127.0.0.1:${port}/`,
    agentUrl: `ws://127.0.0.1:${port}/openclaw`,
    port,
    get pid() {
      return child.pid;
    },
    stop: () => child.stop(),
    kill: () => child.kill(),
    async restart() {
      await child.stop();
      child = await start();
    },
  };
}
