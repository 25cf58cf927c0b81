import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A relay in a process of its own. */
export interface RelayProcess {
  readonly port: number;
  /** CPU time that all its threads have used, in microseconds. */
  cpuUs(): Promise<number>;
  stop(): Promise<void>;
}

/** Starts one of the programs in `relays/`. @throws Error when it ends before it listens. */
export async function startRelay(program: string): Promise<RelayProcess> {
  const child = fork(join(import.meta.dirname, 'relays', `${program}.ts`), { execArgv: [] });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`The relay ${program} ended with exit code ${code}`);
  });
  const [{ port }] = (await Promise.race([once(child, 'message'), ended])) as [{ port: number }];
  let stopping = false;
  ended.catch((error) => {
    if (!stopping) throw error;
  });
  return {
    port,
    cpuUs: process.platform === 'linux' ? async () => schedulerUs(child.pid as number) : () => usageUs(child),
    async stop() {
      stopping = true;
      const exit = once(child, 'exit');
      child.disconnect();
      await exit;
    },
  };
}

/** The scheduler counts nanoseconds on a CPU for each thread, and asking costs the process nothing. */
function schedulerUs(pid: number): number {
  let ns = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    ns += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]);
  }
  return ns / 1000;
}

async function usageUs(child: ChildProcess): Promise<number> {
  child.send('cpu');
  const [{ cpuUs }] = (await once(child, 'message')) as [{ cpuUs: number }];
  return cpuUs;
}
