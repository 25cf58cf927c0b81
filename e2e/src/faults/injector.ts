import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { FaultChain, Passing } from './chain.ts';
import type { ProxiedConnection } from './fault-proxy.ts';
import type { Killable } from './killable.ts';
import type { Fault, Hop } from './schedule.ts';
import { type Link, stepOf } from './steps.ts';

/** A blow that fell. Times are those of `performance.now()`. */
export interface Struck {
  readonly fault: Fault;
  readonly at: number;
}

/** Carries out a schedule. */
export interface Injector {
  readonly struck: readonly Struck[];
  /** Faults that are due, or under way. */
  readonly busy: number;
  /** So many messages were sent. */
  sent(count: number): void;
  /** To be called again and again: strikes what has waited for its step for too long. */
  tick(): void;
  see(passing: Passing): void;
  /** Strikes what waits for a step in vain, and resolves when all that was struck is up again. */
  finish(): Promise<void>;
}

/** How long a blow waits for its step, in milliseconds, before it falls anyway. */
const stepPatienceMs = 1500;

/** Makes an injector for a chain. */
export function createInjector(chain: () => FaultChain, schedule: readonly Fault[]): Injector {
  const waiting = [...schedule];
  /** Since when each one is due. */
  const due = new Map<Fault, number>();
  const struck: Struck[] = [];
  const underWay = new Set<Promise<void>>();
  const down = new Set<Killable>();
  let failure: unknown;

  function target(hop: Hop, choice: number, passing: Passing | undefined): Killable {
    const { relay, agent, devices } = chain();
    switch (hop) {
      case 'relay':
        return relay;
      case 'agent':
        return agent;
      case 'client':
        return passing?.device ?? devices[choice % devices.length]!;
    }
  }

  /** @returns Whether it fell; it does not where its target is down already. */
  function strike(fault: Fault, passing: Passing | undefined): boolean {
    const blow = start(fault, passing);
    if (blow === undefined) return false;
    due.delete(fault);
    struck.push({ fault, at: performance.now() });
    const ended = blow.catch((error: unknown) => {
      failure ??= error;
    });
    underWay.add(ended);
    void ended.finally(() => underWay.delete(ended));
    return true;
  }

  function start({ blow, choice }: Fault, passing: Passing | undefined): Promise<void> | undefined {
    switch (blow.kind) {
      case 'kill': {
        const process = target(blow.hop, choice, passing);
        return down.has(process) ? undefined : kill(process, blow.downMs);
      }
      case 'freeze': {
        const process = target(blow.hop, choice, passing);
        return down.has(process) ? undefined : freeze(process, blow.forMs);
      }
      case 'full-disk':
        return down.has(chain().relay) ? undefined : fillDisk(blow.forMs);
      case 'cut':
      case 'half-close':
      case 'delay':
      case 'black-hole':
      case 'duplicate': {
        const connection = connectionOf(blow.link, choice, passing);
        return connection && disturb(connection, blow);
      }
    }
  }

  function connectionOf(
    link: Link,
    choice: number,
    passing: Passing | undefined,
  ): ProxiedConnection | undefined {
    if (passing?.link === link) return passing.connection;
    const open = chain().connections(link);
    return open[choice % open.length];
  }

  async function kill(process: Killable, downMs: number): Promise<void> {
    down.add(process);
    signal(process.pid, 'SIGKILL');
    await process.kill();
    await pause(downMs);
    await process.restart();
    down.delete(process);
  }

  async function freeze({ pid }: Killable, forMs: number): Promise<void> {
    signal(pid, 'SIGSTOP');
    await pause(forMs);
    signal(pid, 'SIGCONT');
  }

  /** Lets no file of the relay's grow beyond the size that its journal has now. */
  async function fillDisk(forMs: number): Promise<void> {
    const { database, relay } = chain();
    const { pid } = relay;
    const { size } = await stat(`${database}-wal`);
    await limitFiles(pid, String(size));
    await pause(forMs);
    if (relay.pid === pid && !down.has(relay)) await limitFiles(pid, 'unlimited');
  }

  return {
    struck,
    get busy() {
      if (failure !== undefined) throw failure;
      return due.size + underWay.size;
    },
    sent(count) {
      while (waiting[0] !== undefined && waiting[0].after < count)
        due.set(waiting.shift()!, performance.now());
      for (const fault of due.keys()) if (fault.step === undefined) strike(fault, undefined);
    },
    tick() {
      for (const [fault, since] of due)
        if (performance.now() - since > stepPatienceMs) strike(fault, undefined);
    },
    see(passing) {
      if (due.size === 0) return;
      const step = stepOf(passing.link, passing.direction, passing.text);
      if (step === undefined) return;
      for (const fault of due.keys()) {
        if (fault.step !== step) continue;
        if (fault.moment === 'before') strike(fault, passing);
        else setTimeout(() => due.has(fault) && strike(fault, passing), fault.moment);
      }
    },
    async finish() {
      for (const fault of waiting.splice(0)) due.set(fault, 0);
      while (due.size > 0 || underWay.size > 0) {
        if (failure !== undefined) throw failure;
        const [fault] = due.keys();
        if (fault === undefined || !strike(fault, undefined)) await pause(20);
      }
      if (failure !== undefined) throw failure;
    },
  };
}

async function disturb(
  connection: ProxiedConnection,
  blow: Extract<Fault['blow'], { link: Link }>,
): Promise<void> {
  switch (blow.kind) {
    case 'cut':
      return blow.midFrame ? connection.cutNextFrame() : connection.cut();
    case 'half-close':
      return connection.halfClose(blow.direction);
    case 'duplicate':
      return connection.duplicate(blow.frames);
    case 'delay': {
      const held = connection.hold(blow.direction);
      await pause(blow.forMs);
      return held.release();
    }
    case 'black-hole':
      connection.hold('to-relay', 'from-relay');
      await pause(blow.forMs);
      return connection.cut();
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended meanwhile.
  }
}

const limitFiles = (pid: number, size: string) =>
  promisify(execFile)('prlimit', ['--pid', String(pid), `--fsize=${size}:`]);
