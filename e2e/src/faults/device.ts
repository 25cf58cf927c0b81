import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { DeviceOrder, DeviceReport, Outgoing } from './client-process.ts';
import type { View } from './evidence.ts';
import type { Killable } from './killable.ts';

const program = fileURLToPath(new URL('client-process.ts', import.meta.url));

/** What the one who starts a device wants to hear. */
export interface DeviceListener {
  onEnded(device: string, events: readonly string[]): void;
  onExchange(device: string, id: string, outcome: string, text: string): void;
}

/** A process full of clients that can be killed and comes back. */
export interface Device extends Killable {
  readonly name: string;
  send(outgoing: Outgoing): void;
  /** What its clients show now. */
  views(): Promise<readonly View[]>;
}

/** What a device is started with. */
export interface DeviceOptions
  extends Pick<Extract<DeviceOrder, { type: 'start' }>, 'url' | 'sources' | 'folder' | 'forgetful'> {
  readonly name: string;
  readonly listener: DeviceListener;
}

/** Starts a device with one client for each participant. */
export function startDevice({ name, listener, ...options }: DeviceOptions): Device {
  /** What the relay is not known to have: an app keeps that too, and says it again after a crash with the same id. */
  const pending = new Map<string, Outgoing>();
  let asked = Promise.withResolvers<readonly View[]>();
  let child = start();

  function start(): ChildProcess {
    const started = fork(program, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    started.on('message', (report: DeviceReport) => {
      if (report.type === 'accepted') pending.delete(report.id);
      else if (report.type === 'ended') listener.onEnded(name, report.events);
      else if (report.type === 'exchange') listener.onExchange(name, report.id, report.outcome, report.text);
      else asked.resolve(report.views);
    });
    started.on('error', () => {});
    order(started, { type: 'start', device: name, ...options, pending: [...pending.values()] });
    return started;
  }

  function order(to: ChildProcess, what: DeviceOrder): void {
    if (to.connected) to.send(what, () => {});
  }

  return {
    name,
    get pid() {
      return child.pid!;
    },
    send(outgoing) {
      pending.set(outgoing.id, outgoing);
      order(child, { type: 'send', ...outgoing });
    },
    async views() {
      asked = Promise.withResolvers();
      order(child, { type: 'report' });
      return await asked.promise;
    },
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
    async restart() {
      child = start();
    },
  };
}
