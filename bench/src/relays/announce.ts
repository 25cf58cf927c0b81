import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

interface Listening {
  on(event: string, listener: (...args: unknown[]) => void): unknown;
  address(): unknown;
}

/** Tells the bench the port of a relay, and answers how much CPU its process has used. */
export async function announce(server: Listening): Promise<void> {
  await once(server as never, 'listening');
  announcePort((server.address() as AddressInfo).port);
}

/** Like {@link announce}, for a relay that is listening already. */
export function announcePort(port: number): void {
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send?.({ cpuUs: user + system });
  });
  process.on('disconnect', () => process.exit());
  process.send?.({ port });
}
