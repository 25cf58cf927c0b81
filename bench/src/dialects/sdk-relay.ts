import {
  type AgentToRelay,
  type ClientToRelay,
  encode,
  type RelayToAgent,
  type RelayToClient,
  subprotocol,
} from '@websocket-channel/protocol';
import type { Dialect } from '../dialect.ts';
import { frameId } from '../frame-id.ts';
import { openRawSocket } from '../raw-socket.ts';

/** Protocol v1, with every acknowledgement that it asks for. */
export const sdkRelay: Dialect = {
  async openClient(port, conversation, listener) {
    const attached = Promise.withResolvers<void>();
    let last = 0;
    const follow = (seq: number | undefined) => {
      if (seq !== last + 1) throw new Error(`${conversation}: came seq ${seq} after ${last}`);
      last = seq;
    };
    const socket = await openRawSocket(port, '/', subprotocol, (text) => {
      const frame = JSON.parse(text) as RelayToClient;
      switch (frame.type) {
        case 'reply':
          if (frame.kind === 'delta') listener.delta(frame.index ?? 0, frame.count ?? 1, frame.content);
          else {
            follow(frame.seq);
            listener.reply(frame.content);
          }
          break;
        case 'event':
          follow(frame.seq);
          break;
        case 'attached':
          last = frame.seq;
          attached.resolve();
          break;
        case 'ping':
          send({ type: 'pong', ...(frame.id !== undefined && { id: frame.id }) });
          break;
        case 'welcome':
          break;
        case 'ack':
          if (frame.status === 'accepted') break;
          throw new Error(`${conversation}: an event counts as ${frame.status}`);
        default:
          throw new Error(`${conversation}: came ${text}`);
      }
    });
    const send = (frame: ClientToRelay) => socket.send(encode(frame));
    send({ type: 'hello', role: 'client', versions: [1], source: conversation, capabilities: ['stream'] });
    await attached.promise;
    return {
      submit: (content) => send({ type: 'event', id: frameId(), content, timestamp: Date.now() }),
      close: socket.close,
    };
  },

  async openAgent(port, listener) {
    const welcome = Promise.withResolvers<void>();
    const last = new Map<string, number>();
    const socket = await openRawSocket(port, '/openclaw', subprotocol, (text) => {
      const frame = JSON.parse(text) as RelayToAgent;
      switch (frame.type) {
        case 'event': {
          const { conversation = '', id = '', seq = 0 } = frame;
          if (seq <= (last.get(conversation) ?? 0)) throw new Error(`${conversation}: came seq ${seq} again`);
          last.set(conversation, seq);
          send({ type: 'received', conversation, events: [id] });
          listener.event(conversation, frame.content);
          break;
        }
        case 'ping':
          send({ type: 'pong', ...(frame.id !== undefined && { id: frame.id }) });
          break;
        case 'welcome':
          welcome.resolve();
          break;
        case 'ack':
          if (frame.status === 'accepted') break;
          throw new Error(`${frame.conversation}: a reply counts as ${frame.status}`);
        default:
          throw new Error(`The agent was told ${text}`);
      }
    });
    const send = (frame: AgentToRelay) => socket.send(encode(frame));
    send({ type: 'hello', role: 'agent', versions: [1], token: 'bench-agent', stream: 'token' });
    await welcome.promise;
    return {
      reply: (conversation, id, content) => send({ type: 'reply', conversation, id, kind: 'final', content }),
      delta: (conversation, id, index, content) =>
        send({ type: 'reply', conversation, id, kind: 'delta', index, content }),
      close: socket.close,
    };
  },
};
