import type { Dialect } from '../dialect.ts';
import { frameId } from '../frame-id.ts';
import { openRawSocket, type RawSocket } from '../raw-socket.ts';

/** Socket.IO's own wire over a WebSocket: events with one JSON argument. */
export const socketIo: Dialect = {
  async openClient(port, conversation, listener) {
    const emit = await open(port, { conversation }, (frame) => {
      if (frame.kind === 'delta') listener.delta(frame.index as number, 1, frame.content as string);
      else listener.reply(frame.content as string);
    });
    return {
      submit: (content) => emit('event', { id: frameId(), content, timestamp: Date.now() }),
      close: emit.close,
    };
  },

  async openAgent(port, listener) {
    const emit = await open(port, { role: 'agent' }, (frame) =>
      listener.event(frame.conversation as string, frame.content as string),
    );
    return {
      reply: (conversation, id, content) => emit('reply', { conversation, id, kind: 'final', content }),
      delta: (conversation, id, index, content) =>
        emit('reply', { conversation, id, kind: 'delta', index, content }),
      close: emit.close,
    };
  },
};

type Emit = ((name: string, frame: Record<string, unknown>) => void) & { close(): void };

async function open(
  port: number,
  auth: Record<string, string>,
  onFrame: (frame: Record<string, unknown>) => void,
): Promise<Emit> {
  const connected = Promise.withResolvers<void>();
  const socket: RawSocket = await openRawSocket(
    port,
    '/socket.io/?EIO=4&transport=websocket',
    undefined,
    (packet) => {
      if (packet.startsWith('42')) onFrame(JSON.parse(packet.slice(2))[1]);
      else if (packet.startsWith('40')) connected.resolve();
      else if (packet.startsWith('0')) socket.send(`40${JSON.stringify(auth)}`);
      else if (packet === '2') socket.send('3');
      else throw new Error(`Socket.IO sent an unexpected packet: ${packet}`);
    },
  );
  await connected.promise;
  return Object.assign(
    (name: string, frame: Record<string, unknown>) => socket.send(`42${JSON.stringify([name, frame])}`),
    { close: socket.close },
  );
}
