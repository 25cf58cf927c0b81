import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** What a relay holds after a collection of its garbage. */
export interface Held {
  /** Heap and buffers of the relay's own thread, in bytes. */
  readonly heldBytes: number;
  /** The whole process, the thread of the database and what the allocator keeps included, in bytes. */
  readonly residentBytes: number;
  /** Connections that were closed so far since they read too slowly. */
  readonly closedAsSlow: number;
}

/** A relay in a process of its own that tells what it holds. */
export interface MemoryProcess {
  readonly port: number;
  held(): Promise<Held>;
  stop(): Promise<void>;
}

/** Starts `relays/remembering.ts`. @throws Error when it ends before it listens. */
export async function startRemembering(store: 'memory' | 'sqlite'): Promise<MemoryProcess> {
  const child = fork(join(import.meta.dirname, 'relays', 'remembering.ts'), [store], { execArgv: [] });
  const exited = once(child, 'exit');
  const ended = exited.then(() => [{ port: undefined }]);
  const [{ port }] = (await Promise.race([once(child, 'message'), ended])) as [{ port?: number }];
  if (port === undefined) throw new Error(`The relay with the store ${store} ended before it listened`);
  return {
    port,
    async held() {
      child.send('held');
      const [held] = (await once(child, 'message')) as [Held];
      return held;
    },
    async stop() {
      child.disconnect();
      await exited;
    },
  };
}
