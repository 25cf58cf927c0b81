import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { FaultChain, Passing } from './chain.ts';
import type { ProxiedConnection } from './fault-proxy.ts';
import type { Killable } from './killable.ts';
import type { Blow, Fault, Hop } from './schedule.ts';
import { type Link, stepOf } from './steps.ts';

/** A blow that fell. Times are those of `performance.now()`. */
export interface Struck {
  readonly fault: Fault;
  readonly at: number;
}

/** A process of the chain is gone, and no blow took it: what it died of is a fault of its own. */
class EndedByItself extends Error {
  constructor(hop: Hop) {
    super(`the ${hop} has ended by itself`);
    this.name = 'EndedByItself';
  }
}

type BlowOf<Kind extends Blow['kind']> = Extract<Blow, { kind: Kind }>;

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

/** What of a chain can be struck. */
export type Target = Pick<FaultChain, 'relay' | 'agent' | 'devices' | 'connections' | 'database'>;

/**
 * Makes an injector for a chain.
 *
 * @param stepPatienceMs How long a blow waits for its step, in milliseconds, before it falls anyway.
 */
export function createInjector(
  chain: () => Target,
  schedule: readonly Fault[],
  stepPatienceMs = 1500,
): Injector {
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

  /** @returns Whether it falls; it does not where its target is down already. */
  function strike(fault: Fault, passing: Passing | undefined): boolean {
    const blow = start(fault, passing);
    if (blow === undefined) return false;
    due.delete(fault);
    const one: Struck = { fault, at: performance.now() };
    struck.push(one);
    const ended = blow
      .then((hit) => {
        if (hit) return;
        struck.splice(struck.indexOf(one), 1);
        due.set(fault, performance.now());
      })
      .catch((error: unknown) => {
        failure ??= error;
      });
    underWay.add(ended);
    void ended.finally(() => underWay.delete(ended));
    return true;
  }

  /** @returns Whether it hit anything, or nothing at all where its target is down already. */
  function start({ blow, choice }: Fault, passing: Passing | undefined): Promise<boolean> | undefined {
    switch (blow.kind) {
      case 'kill': {
        const process = target(blow.hop, choice, passing);
        return down.has(process) ? undefined : kill(process, blow);
      }
      case 'freeze': {
        const process = target(blow.hop, choice, passing);
        return down.has(process) ? undefined : freeze(process, blow);
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

  async function kill(process: Killable, { hop, downMs }: BlowOf<'kill'>): Promise<true> {
    if (!signal(process.pid, 'SIGKILL')) throw new EndedByItself(hop);
    down.add(process);
    await process.kill();
    await pause(downMs);
    await process.restart();
    down.delete(process);
    return true;
  }

  async function freeze({ pid }: Killable, { hop, forMs }: BlowOf<'freeze'>): Promise<true> {
    if (!signal(pid, 'SIGSTOP')) throw new EndedByItself(hop);
    await pause(forMs);
    // A kill may have been quicker.
    signal(pid, 'SIGCONT');
    return true;
  }

  /** Lets no file of the relay's grow beyond the size that its journal has now. */
  async function fillDisk(forMs: number): Promise<boolean> {
    const { database, relay } = chain();
    const { pid } = relay;
    const limit = async (size: string): Promise<boolean> => {
      if (await limitFiles(pid, size)) return true;
      if (relay.pid === pid && !down.has(relay)) throw new EndedByItself('relay');
      return false;
    };
    if (!(await limit(String(statSync(`${database}-wal`).size)))) return false;
    await pause(forMs);
    await limit('unlimited');
    return true;
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

async function disturb(connection: ProxiedConnection, blow: Extract<Blow, { link: Link }>): Promise<true> {
  switch (blow.kind) {
    case 'cut':
      if (blow.midFrame) connection.cutNextFrame();
      else connection.cut();
      break;
    case 'half-close':
      connection.halfClose(blow.direction);
      break;
    case 'duplicate':
      connection.duplicate(blow.frames);
      break;
    case 'delay': {
      const held = connection.hold(blow.direction);
      await pause(blow.forMs);
      held.release();
      break;
    }
    case 'black-hole':
      connection.hold('to-relay', 'from-relay');
      await pause(blow.forMs);
      connection.cut();
  }
  return true;
}

/** @returns Whether there is such a process. */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

/** @returns Whether there is such a process. */
async function limitFiles(pid: number, size: string): Promise<boolean> {
  try {
    await promisify(execFile)('prlimit', ['--pid', String(pid), `--fsize=${size}:`]);
    return true;
  } catch (error) {
    // The signal 0 asks only whether somebody is there.
    if (signal(pid, 0)) throw error;
    return false;
  }
}
