import type { Writable } from 'node:stream';
import * as ws from 'ws';
import { type CuttingProxy, startCuttingProxy } from './cutting-proxy.ts';
import { watchConnection } from './lawfulness.ts';

/** Reads the WebSocket messages in a stream of bytes; the package's types leave it out. */
const { Receiver } = ws as unknown as { Receiver: new (options: { isServer: boolean }) => Writable };

/** Starts a way for agents to a relay of this machine, on which everything that passes is watched. */
export function startWatchingProxy(relayPort: number): Promise<CuttingProxy> {
  let connections = 0;
  return startCuttingProxy(relayPort, () => {
    const watch = watchConnection({ role: 'agent', resumed: connections++ > 0 });
    return {
      near: messageReader(true, (text) => watch('agent', text)),
      far: messageReader(false, (text) => watch('relay', text)),
    };
  });
}

/** Takes bytes: first the head of the handshake, then frames. */
function messageReader(fromClient: boolean, onText: (text: string) => void): (bytes: Buffer) => void {
  const receiver = new Receiver({ isServer: fromClient });
  receiver.on('message', (data) => onText(String(data)));
  let head: Buffer | undefined = Buffer.alloc(0);
  return (bytes) => {
    // The receiver unmasks bytes in place, and these are still to pass.
    if (head === undefined) return void receiver.write(Buffer.from(bytes));
    head = Buffer.concat([head, bytes]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    if (end + 4 < head.length) receiver.write(head.subarray(end + 4));
    head = undefined;
  };
}
