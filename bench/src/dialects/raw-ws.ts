import type { Dialect } from '../dialect.ts';
import { openRawSocket } from '../raw-socket.ts';

let events = 0;

/** Frames of the protocol's shape and size; each begins with its conversation, by which the relay routes unparsed. */
export const rawWs: Dialect = {
  async openClient(port, conversation, listener) {
    const socket = await openRawSocket(port, `/?conversation=${conversation}`, undefined, (text) => {
      const frame = JSON.parse(text);
      if (frame.kind === 'delta') listener.delta(frame.index, 1, frame.content);
      else listener.reply(frame.content);
    });
    return {
      submit: (content) =>
        socket.send(
          JSON.stringify({
            conversation,
            type: 'event',
            id: `ev${events++}`,
            content,
            timestamp: Date.now(),
          }),
        ),
      close: socket.close,
    };
  },

  async openAgent(port, listener) {
    const socket = await openRawSocket(port, '/agent', undefined, (text) => {
      const { conversation, content } = JSON.parse(text);
      listener.event(conversation, content);
    });
    return {
      reply: (conversation, id, content) =>
        socket.send(JSON.stringify({ conversation, type: 'reply', id, kind: 'final', content })),
      delta: (conversation, id, index, content) =>
        socket.send(JSON.stringify({ conversation, type: 'reply', id, kind: 'delta', index, content })),
      close: socket.close,
    };
  },
};
