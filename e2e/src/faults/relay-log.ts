import { once } from 'node:events';
import { type Attached, encode, type RelayToClient, versions } from '@websocket-channel/protocol';
import { WebSocket } from 'ws';
import type { LogFrame } from './evidence.ts';

/** Reads the whole log of a participant's conversation from its relay, without any client in between. */
export async function readLog(url: string, source: string): Promise<LogFrame[]> {
  const socket = new WebSocket(url, ['websocket-channel.v1']);
  const frames: LogFrame[] = [];
  const complete = Promise.withResolvers<void>();
  let attached: Attached | undefined;
  socket.on('message', (data) => {
    // The relay's log is looked at as it is written, so that nothing of ours mends it on the way.
    const frame = JSON.parse(String(data)) as RelayToClient;
    if (frame.type === 'attached') attached = frame;
    else if ('seq' in frame && frame.seq !== undefined) frames.push(frame as LogFrame);
    if (attached !== undefined && (frames.at(-1)?.seq ?? 0) >= attached.seq) complete.resolve();
  });
  socket.once('close', (code) => complete.reject(new Error(`The relay closed with ${code}`)));
  await once(socket, 'open');
  socket.send(
    encode({
      type: 'hello',
      role: 'client',
      versions: [...versions],
      source,
      attach: [{ conversation: source, seq: 0 }],
    }),
  );
  await complete.promise;
  socket.removeAllListeners('close');
  socket.terminate();
  return frames;
}
