import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AgentProcess } from './killable.ts';

const program = fileURLToPath(new URL('agent-process.ts', import.meta.url));

/** Starts an agent that speaks the protocol, in a process of its own. */
export function startProtocolAgent(url: string, token: string, folder: string): AgentProcess {
  const start = (): ChildProcess => {
    const child = fork(program, [url, token, join(folder, 'agent.jsonl')], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    child.on('error', () => {});
    return child;
  };
  let child = start();
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };
  return {
    get pid() {
      return child.pid!;
    },
    kill,
    stop: kill,
    async restart() {
      child = start();
    },
  };
}
