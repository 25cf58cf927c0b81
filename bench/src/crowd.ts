import { mintId, subprotocol } from '@websocket-channel/protocol';
import { conversationName } from './load.ts';
import { openRawSocket, type RawSocket } from './raw-socket.ts';

/** Many clients of one relay, each in a conversation of its own, that leave and come back. */
export interface Crowd {
  /** Brings the n-th client there, from where it was when it left; resolves once it is let in. */
  enter(n: number): Promise<RawSocket>;
  /** The agent says something to the n-th client, whether it is there or not. */
  say(n: number, content: string): void;
  /** Resolves once the relay has all that was said. */
  settled(): Promise<void>;
  /** The agent leaves. */
  close(): Promise<void>;
}

/** What the n-th client hears. */
export type Hear = (n: number, content: string) => void;

/** Clients of a server that says one thing to whoever comes, and forgets everybody who goes. */
export async function openStrangers(port: number, hear: Hear): Promise<Crowd> {
  return {
    enter: (n) => openRawSocket(port, '/', undefined, (text) => hear(n, text)),
    say() {},
    async settled() {},
    async close() {},
  };
}

/** Clients of ours: they come back with the cursor of the last frame that they have. */
export async function openReaders(port: number, hear: Hear): Promise<Crowd> {
  const welcome = Promise.withResolvers<void>();
  let unsettled = 0;
  let settle = () => {};
  const agent = await openRawSocket(port, '/openclaw', subprotocol, (text) => {
    const frame = JSON.parse(text);
    if (frame.type === 'welcome') welcome.resolve();
    else if (frame.type === 'ack' && frame.status === 'accepted') {
      if (--unsettled === 0) settle();
    } else if (frame.type === 'ping') agent.send(JSON.stringify({ type: 'pong' }));
    else throw new Error(`The agent was told ${text}`);
  });
  agent.send(JSON.stringify({ type: 'hello', role: 'agent', versions: [1], token: 'bench-agent' }));
  await welcome.promise;

  const cursors: { conversation: string; epoch?: string; seq?: number }[] = [];
  return {
    async enter(n) {
      const conversation = conversationName(n);
      cursors[n] ??= { conversation };
      const cursor = cursors[n];
      const attached = Promise.withResolvers<void>();
      const socket = await openRawSocket(port, '/', subprotocol, (text) => {
        const frame = JSON.parse(text);
        switch (frame.type) {
          case 'attached':
            if (frame.recovered !== 'complete')
              throw new Error(`${conversation}: recovered ${frame.recovered}`);
            cursor.epoch = frame.epoch;
            cursor.seq ??= frame.seq as number;
            attached.resolve();
            break;
          case 'reply':
            if (frame.seq !== (cursor.seq ?? 0) + 1) {
              throw new Error(`${conversation}: came seq ${frame.seq} after ${cursor.seq}`);
            }
            cursor.seq = frame.seq;
            hear(n, frame.content);
            break;
          case 'ping':
            socket.send(JSON.stringify({ type: 'pong' }));
            break;
          case 'welcome':
            break;
          default:
            throw new Error(`${conversation}: came ${text}`);
        }
      });
      const hello = { type: 'hello', role: 'client', versions: [1], source: conversation, attach: [cursor] };
      socket.send(JSON.stringify(hello));
      await attached.promise;
      return socket;
    },
    say(n, content) {
      unsettled++;
      const reply = {
        type: 'reply',
        conversation: conversationName(n),
        id: mintId(),
        kind: 'message',
        content,
      };
      agent.send(JSON.stringify(reply));
    },
    settled: () =>
      new Promise((resolve) => {
        settle = resolve;
        if (unsettled === 0) resolve();
      }),
    close: agent.close,
  };
}

/** Clients of Socket.IO: they come back with the id of their session and the offset of the last packet that they have. */
export async function openSessions(port: number, hear: Hear): Promise<Crowd> {
  const path = '/socket.io/?EIO=4&transport=websocket';
  const connected = Promise.withResolvers<void>();
  let settle = () => {};
  const agent = await openRawSocket(port, path, undefined, (packet) => {
    if (packet.startsWith('0')) agent.send('40{"role":"agent"}');
    else if (packet.startsWith('40')) connected.resolve();
    else if (packet === '2') agent.send('3');
    else settle();
  });
  await connected.promise;

  const sessions: { conversation: string; pid?: string; offset?: string }[] = [];
  return {
    async enter(n) {
      const conversation = conversationName(n);
      sessions[n] ??= { conversation };
      const session = sessions[n];
      const connected = Promise.withResolvers<void>();
      const socket = await openRawSocket(port, path, undefined, (packet) => {
        if (packet.startsWith('42')) {
          const [, { content }, offset] = JSON.parse(packet.slice(2));
          session.offset = offset;
          hear(n, content);
        } else if (packet.startsWith('40')) {
          const { pid } = JSON.parse(packet.slice(2));
          if (session.offset !== undefined && session.pid !== pid) {
            throw new Error(`${conversation}: the session was not recovered`);
          }
          session.pid = pid;
          connected.resolve();
        } else if (packet.startsWith('0')) socket.send(`40${JSON.stringify(session)}`);
        else if (packet === '2') socket.send('3');
        else throw new Error(`Socket.IO sent an unexpected packet: ${packet}`);
      });
      await connected.promise;
      return socket;
    },
    say: (n, content) =>
      agent.send(`42${JSON.stringify(['reply', { conversation: conversationName(n), content }])}`),
    settled: () =>
      new Promise((resolve) => {
        settle = resolve;
        agent.send('42["settle"]');
      }),
    close: agent.close,
  };
}
