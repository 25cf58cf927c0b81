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

const START_TIMEOUT_MS = 20_000;

/** Starts the relay's command line in development mode: guests by name, on loopback only. */
export async function startRelay(options: RelayOptions): Promise<Relay> {
  const port = await freePort(options.port);
  const cli = fileURLToPath(new URL('cli.js', import.meta.resolve('@websocket-channel/sdk-relay')));
  const start = async (): Promise<Child> => {
    const origins = options.origins.flatMap((origin) => ['--origin', origin]);
    const args = [cli, '--host', '127.0.0.1', '--port', String(port), '--development', ...origins];
    const env = { ...plainEnvironment(), WEBSOCKET_CHANNEL_AGENT_TOKEN: options.agentToken };
    const command = { name: 'the relay', file: process.execPath, args, env, logFile: options.logFile };
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
