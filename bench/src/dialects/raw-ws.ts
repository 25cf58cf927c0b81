import type { Dialect } from '../dialect.ts';
import { frameId } from '../frame-id.ts';
import { openRawSocket } from '../raw-socket.ts';

/**
 * Frames of the protocol's shape and size; each begins with its conversation, by which the relay routes unparsed.
 *
 * @param promises Whether events are echoed, and frames acknowledged, as the protocol has it.
 */
const rawDialect = (promises: boolean): Dialect => ({
  async openClient(port, conversation, listener) {
    const socket = await openRawSocket(port, `/?conversation=${conversation}`, undefined, (text) => {
      const frame = JSON.parse(text);
      if (frame.type !== 'reply') return;
      if (frame.kind === 'delta') listener.delta(frame.index, 1, frame.content);
      else listener.reply(frame.content);
    });
    return {
      submit: (content) =>
        socket.send(
          JSON.stringify({
            conversation,
            type: 'event',
            id: frameId(),
            content,
            timestamp: Date.now(),
          }),
        ),
      close: socket.close,
    };
  },

  async openAgent(port, listener) {
    const socket = await openRawSocket(port, '/agent', undefined, (text) => {
      const { conversation, type, id, content } = JSON.parse(text);
      if (type !== 'event') return;
      if (promises) socket.send(JSON.stringify({ conversation, type: 'received', events: [id] }));
      listener.event(conversation, content);
    });
    return {
      reply: (conversation, id, content) =>
        socket.send(JSON.stringify({ conversation, type: 'reply', kind: 'final', id, content })),
      delta: (conversation, id, index, content) =>
        socket.send(JSON.stringify({ conversation, type: 'reply', kind: 'delta', id, index, content })),
      close: socket.close,
    };
  },
});

/** What passes frames on and promises nothing. */
export const rawWs = rawDialect(false);

/** The same with the protocol's echoes and acknowledgements. */
export const rawWsFrames = rawDialect(true);
