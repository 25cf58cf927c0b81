import { type ChildProcess, spawn } from 'node:child_process';

/** A subject that runs. */
export interface Launched {
  /** Writes a line to its standard input. */
  write?(line: string): void;
  /** Called with each line of its standard output. */
  onLine?: (line: string) => void;
  /** Settles, in words, where it ends by itself and says that it failed. */
  readonly failed?: Promise<string>;
  /** Asks it to end, and waits until it has. */
  stop(): Promise<void>;
  /** Ends it in the middle of whatever it does. */
  kill(): Promise<void>;
}

/** Starts the subject, which is to connect to the URL. */
export type Launch = (url: string) => Promise<Launched>;

const patienceMs = 5000;

/** Commands that run. */
const running = new Set<ChildProcess>();

/** Ends at once what was launched and still runs: a group of its own outlives this process. */
export function killLaunched(): void {
  for (const child of running) signalGroup(child, 'SIGKILL');
}

/** Starts a command in a shell, with the relay's URL in its environment. Its errors go to ours. */
export const launchCommand =
  (command: string): Launch =>
  async (url) => {
    const child = spawn(command, {
      shell: true,
      // A group of its own, so that what the shell has started ends with it.
      detached: true,
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, WEBSOCKET_CHANNEL_RELAY_URL: url },
    });
    running.add(child);
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    void ended.then(() => running.delete(child));
    const failed = new Promise<string>((resolve) => {
      void ended.then(
        (code) => code !== null && code !== 0 && resolve(`the command ended with code ${code}`),
      );
    });
    child.on('error', () => {});
    child.stdin.on('error', () => {});
    const end = async (signal: NodeJS.Signals): Promise<void> => {
      signalGroup(child, signal);
      const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), patienceMs);
      await ended;
      clearTimeout(timer);
    };
    const launched: Launched = {
      failed,
      write: (line) => void child.stdin.write(`${line}\n`),
      stop: () => end('SIGTERM'),
      kill: () => end('SIGKILL'),
    };
    let rest = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) launched.onLine?.(line);
    });
    return launched;
  };

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended already.
  }
}
